//! Words that stand in the audit trail only.

/// Why a closed follow-up is open again.
pub const LATE_REPLY: &str = "respuesta tardía";
/// Why an address works again: the reporter wrote from it.
pub const WROTE_FROM_THERE: &str = "respondió desde esa dirección";
/// Why an address works again: its mailbox answered.
pub const ANSWERED_BY_ITSELF: &str = "esa dirección respondió automáticamente";
/// Why an address works again: a later letter arrived there.
pub const LATER_ONE_ARRIVED: &str = "un mensaje posterior fue entregado";
/// Why a number is written to no more.
pub const OPTED_OUT: &str = "lo pidió desde ese número";

/// A message stays as it is: the reporter was reminded of it by another one, of this number.
pub fn reminded_by(number: i64) -> String {
    format!("reenviado como recordatorio: mensaje {number}")
}
