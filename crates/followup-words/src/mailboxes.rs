//! How the reading of the mailboxes goes.

use followup_domain::mail::mailbox_health::{MailboxTrouble, Reconciliation};

/// What a comparison of a mailbox with the store found: `312 en el buzón, 312 registrados`.
pub fn compared(found: &Reconciliation) -> String {
    let registered = if found.stored == 1 { "registrado" } else { "registrados" };
    let missing = match found.missing() {
        0 => String::new(),
        1 => "; falta 1, que se vuelve a pedir".to_owned(),
        missing => format!("; faltan {missing}, que se vuelven a pedir"),
    };
    format!("{} en el buzón, {} {registered}{missing}", found.in_mailbox, found.stored)
}

/// Why a mailbox cannot be read.
pub fn trouble(trouble: MailboxTrouble) -> &'static str {
    match trouble {
        MailboxTrouble::Unreachable => "No se llega a su servidor",
        MailboxTrouble::Tls => "El certificado de su servidor no se acepta",
        MailboxTrouble::SignIn => "Su servidor rechaza la cuenta",
        MailboxTrouble::Mailbox => "La carpeta no se puede abrir",
        MailboxTrouble::SetBack => "Volvió a un estado anterior",
        MailboxTrouble::Server => "Su servidor no atiende como debe",
        MailboxTrouble::Setting => "Un ajuste no puede funcionar",
        MailboxTrouble::Store => "La base de datos no aceptó lo leído",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_is_said_so_that_an_empty_tray_is_known_to_be_empty() {
        let said = |in_mailbox, stored| compared(&Reconciliation { at: chrono::DateTime::UNIX_EPOCH, in_mailbox, stored });
        assert_eq!(said(312, 312), "312 en el buzón, 312 registrados");
        assert_eq!(said(2, 1), "2 en el buzón, 1 registrado; falta 1, que se vuelve a pedir");
        assert_eq!(said(5, 0), "5 en el buzón, 0 registrados; faltan 5, que se vuelven a pedir");
    }
}
