//! By what names programs write: local parts and display names. Folded, as [`super::signs`] compares.

/// Local parts that nobody reads.
pub(super) const NO_REPLY: &[&str] = &["do-not-reply", "donotreply", "no-reply", "no_reply", "noreply"];

/// Local parts of the addresses that only mail servers write from; the whole of it.
pub(super) const SERVERS: &[&str] = &[
    "double-bounce",
    "mail-daemon",
    "mail-delivery",
    "mail-router",
    "mail-system",
    "mail.daemon",
    "mail_daemon",
    "maildaemon",
    "maildelivery",
    "mailer",
    "mailer-daemon",
    "mailer.daemon",
    "mailer_daemon",
    "mailerdaemon",
    "mailrouter",
    "mailsystem",
    "mdaemon",
    "mmdf",
    "pmdf",
    "post-master",
    "post_master",
    "smtp-daemon",
];

/// Local parts from which servers write, and people too.
pub(super) const SHARED_SERVERS: &[&str] = &["postmaster"];

/// Words of local parts from which gateways, filters and services write.
pub(super) const GATEWAYS: &[&str] = &[
    "amavis",
    "antispam",
    "antivirus",
    "barracuda",
    "bounce",
    "bounces",
    "daemon",
    "esafe",
    "filtro",
    "fortimail",
    "gateway",
    "groupwise",
    "interscan",
    "ironport",
    "listserv",
    "mailer",
    "mailgate",
    "mailguard",
    "mailman",
    "mailmarshal",
    "mailnull",
    "mailscanner",
    "mailserver",
    "mailsweeper",
    "majordomo",
    "mdaemon",
    "mimesweeper",
    "postoffice",
    "quarantine",
    "relay",
    "scanmail",
    "smtp",
    "spam",
    "spamfilter",
    "viruswall",
];

/// How such a local part may begin instead.
pub(super) const SERVER_BEGINNINGS: &[&str] = &["mailer-daemon", "microsoftexchange329e"];

/// Display names of mail servers; the whole of it.
pub(super) const SERVER_NAMES: &[&str] = &[
    "administrador del sistema",
    "correo del sistema",
    "delivery subsystem",
    "e-mail delivery system",
    "email system",
    "internet mail delivery",
    "internet mail service",
    "mail administrator",
    "mail daemon",
    "mail deliver system",
    "mail delivery",
    "mail delivery service",
    "mail delivery subsystem",
    "mail delivery system",
    "mail gateway",
    "mail router",
    "mail server",
    "mail service",
    "mail subsystem",
    "mail system",
    "mail-daemon",
    "mailer daemon",
    "mailer-daemon",
    "mailerdaemon",
    "postmaster",
    "servicio de correo",
    "servicio de correo electronico",
    "servicio de entrega de correo",
    "servicio de mensajeria",
    "servidor de correo",
    "servidor de correo electronico",
    "servidor de correos",
    "sistema de correo",
    "sistema de correo electronico",
    "sistema de entrega de correo",
    "smtp gateway",
    "subsistema de entrega de correo",
    "system administrator",
];

#[cfg(test)]
mod tests {
    use followup_domain::text::fold;

    use super::*;

    #[test]
    fn words_stand_as_signs_are_compared() {
        for word in [NO_REPLY, SERVERS, SHARED_SERVERS, GATEWAYS, SERVER_BEGINNINGS, SERVER_NAMES].concat() {
            assert_eq!(fold(word), word.trim_end());
        }
    }
}
