//! Who may what: the one table.

use followup_domain::user::Role;

/// All seven roles.
const EVERYBODY: &[Role] = &[Role::Admin, Role::Qf, Role::ResponsableFv, Role::Qa, Role::DireccionTecnica, Role::Legal, Role::Soporte];
/// All but support, which keeps the service running and needs no patient, no letter and no address for it.
const UNIT: &[Role] = &[Role::Admin, Role::Qf, Role::ResponsableFv, Role::Qa, Role::DireccionTecnica, Role::Legal];
/// Those who answer for a follow-up.
const DECIDERS: &[Role] = &[Role::Admin, Role::Qf, Role::ResponsableFv];
/// Those who look whether all was done as it should.
const AUDITORS: &[Role] = &[Role::Admin, Role::Qa, Role::Legal];
const ADMINISTRATORS: &[Role] = &[Role::Admin];

macro_rules! permissions {
    ($($(#[$doc:meta])+ $name:ident: $roles:ident,)+) => {
        /// Something that not everybody may. Each call and each page of each face needs one of them, or is open to all.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Permission {
            $($(#[$doc])+ $name),+
        }

        impl Permission {
            /// Every permission.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The roles that have it.
            pub const fn roles(self) -> &'static [Role] {
                match self {
                    $(Self::$name => $roles),+
                }
            }
        }
    };
}

permissions! {
    /// To see who one is.
    SeeOneself: EVERYBODY,
    /// To see how much waits for a person, and whether all is well.
    SeeCounters: EVERYBODY,
    /// To see plan templates and deadlines.
    SeeRules: EVERYBODY,
    /// To see which mail could not be read, without its content, and to have it read again.
    RetryQuarantine: EVERYBODY,
    /// To see cases, their follow-up and their thread.
    ReadCases: UNIT,
    /// To write cases, apply plans, log calls, mark as read and attend answers.
    EditCases: UNIT,
    /// To draft and send letters.
    SendLetters: UNIT,
    /// To see mail without a case, assign it, make a case of it, and say what answers what.
    SortMail: UNIT,
    /// To open mail as it came, its HTML and its attachments.
    OpenOriginals: UNIT,
    /// To close and reopen, to override attempts and outcomes, to document fields, to set mail aside.
    Decide: DECIDERS,
    /// To see and change whom not to write to, and addresses at which mail failed.
    ManageContacts: DECIDERS,
    /// To change plan templates and deadlines.
    EditRules: DECIDERS,
    /// To read the audit trail.
    ReadAudit: AUDITORS,
    /// To try the mail server and run the plans by hand.
    Administer: ADMINISTRATORS,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_may_something_and_an_administrator_everything() {
        for role in Role::ALL {
            assert!(Permission::ALL.iter().any(|permission| permission.roles().contains(role)), "{role}");
        }
        assert!(Permission::ALL.iter().all(|permission| permission.roles().contains(&Role::Admin)));
    }

    #[test]
    fn support_sees_no_patient_and_no_original_changes_no_contact_and_sends_no_letter() {
        use Permission::{EditCases, ManageContacts, OpenOriginals, ReadAudit, ReadCases, SendLetters, SortMail};
        for permission in [ReadCases, EditCases, SortMail, OpenOriginals, ManageContacts, SendLetters, ReadAudit] {
            assert!(!permission.roles().contains(&Role::Soporte), "{permission:?}");
        }
    }
}
