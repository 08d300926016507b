//! How a provider does that messages are handed to.

use followup_domain::sending::breaker::BreakerState;

/// What is handed to it now.
pub fn state(state: BreakerState) -> &'static str {
    match state {
        BreakerState::Closed => "Recibe todo lo que sale",
        BreakerState::Open => "No se le pide nada por ahora: falló varias veces seguidas",
        BreakerState::HalfOpen => "Un mensaje prueba si ya volvió",
        BreakerState::Recovering => "Acaba de volver: recibe poco a poco",
    }
}
