//! The follow-up state of a field: whether it was asked for, and what came of it.

use crate::asking::catalogue::{FieldSpec, NullFlavor};
use crate::published::published_enum;

published_enum! {
    /// What is known of asking for a field.
    FieldState {
        /// By no accepted message.
        NotAsked = "not_asked",
        /// Asked, with a dated proof.
        Asked = "asked",
        /// Asked; the reporter does not know.
        Unknown = "unknown",
        /// Known and not given.
        Withheld = "withheld",
        /// Cannot be had, as a person documented.
        Unobtainable = "unobtainable",
        /// The case answers it.
        Answered = "answered",
    }
}

impl FieldState {
    /// Whether a person has to document it, with a reason.
    pub fn is_documented(self) -> bool {
        matches!(self, Self::Unknown | Self::Withheld | Self::Unobtainable)
    }

    /// The null flavour for an E2B(R3) export: NASK, ASKU or MSK, and only where E2B(R3) allows it for the element.
    pub fn null_flavor(self, spec: &FieldSpec) -> Option<NullFlavor> {
        let flavor = match self {
            Self::NotAsked => NullFlavor::NASK,
            Self::Unknown | Self::Unobtainable => NullFlavor::ASKU,
            Self::Withheld => NullFlavor::MSK,
            Self::Asked | Self::Answered => return None,
        };
        spec.null_flavors.contains(&flavor).then_some(flavor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_flavours_are_given_only_where_e2b_allows_them() {
        let spec = |name| FieldSpec::find(name).unwrap();
        assert_eq!(FieldState::Unknown.null_flavor(spec("paciente_sexo")), Some(NullFlavor::ASKU));
        assert_eq!(FieldState::Unknown.null_flavor(spec("paciente_fecha_nacimiento")), None);
        assert_eq!(FieldState::Withheld.null_flavor(spec("paciente_fecha_nacimiento")), Some(NullFlavor::MSK));
        assert_eq!(FieldState::NotAsked.null_flavor(spec("paciente_peso")), None);
        assert_eq!(FieldState::Asked.null_flavor(spec("paciente_sexo")), None);
    }
}
