//! Whether a case is serious, and whether the patient died: what every rule that looks at either asks (E2B(R3) E.i.3.2, docs/product.md §2).

use super::record::{CaseRecord, Event};
use super::scalar::Scalar;
use super::values::{Desenlace, Gravedad, YesNo};

macro_rules! criteria {
    ($($field:ident),+) => {
        /// The fields of the criteria, a to f, of a case and of each further event.
        pub const CRITERIA: [&str; 6] = [$(stringify!($field)),+];

        impl Event {
            fn criteria(&self) -> [Option<YesNo>; 6] {
                [$(self.$field),+]
            }
        }

        impl CaseRecord {
            fn criteria(&self) -> [Option<YesNo>; 6] {
                [$(self.$field),+]
            }
        }
    };
}
criteria!(
    gravedad_muerte,
    gravedad_riesgo_vida,
    gravedad_hospitalizacion,
    gravedad_discapacidad,
    gravedad_anomalia_congenita,
    gravedad_otra
);

/// The criterion that somebody died.
pub const DEATH: &str = CRITERIA[0];

impl Event {
    /// Whether the patient died of it.
    pub fn is_fatal(&self) -> bool {
        self.ea_desenlace == Some(Desenlace::Mortal) || self.gravedad_muerte == Some(YesNo::Yes)
    }

    /// Whether it is serious; `None` while nobody has said. One of which the patient died is, and one that meets a criterion.
    pub fn seriousness(&self) -> Option<bool> {
        if self.is_fatal() { Some(true) } else { classified(self.criteria(), self.gravedad) }
    }

    /// `gravedad` as it is shown: as somebody said it, or, while nobody did, as it follows.
    pub fn shown_gravedad(&self) -> Scalar {
        shown(self.get("gravedad"), self.seriousness())
    }
}

impl CaseRecord {
    /// Whether the patient died, of whatever: an event has that outcome or meets that criterion, or the death has its date or its autopsy.
    /// A date that cannot be read is one all the same.
    pub fn is_fatal(&self) -> bool {
        let is_dated = !matches!(self.get("paciente_fecha_muerte"), None | Some(Scalar::Null));
        let died_of_it = self.ea_desenlace == Some(Desenlace::Mortal) || self.gravedad_muerte == Some(YesNo::Yes);
        died_of_it || is_dated || self.paciente_autopsia == Some(YesNo::Yes) || self.eventos.iter().any(Event::is_fatal)
    }

    /// Whether the case is serious; `None` while nobody has said. A death is serious whatever `gravedad` says, and so is a criterion that is
    /// met, of the case's event or of a further one.
    pub fn seriousness(&self) -> Option<bool> {
        let is_serious = self.is_fatal() || self.eventos.iter().any(|event| event.seriousness() == Some(true));
        if is_serious { Some(true) } else { classified(self.criteria(), self.gravedad) }
    }

    /// Whether the case is serious; not classified is not serious.
    pub fn is_serious(&self) -> bool {
        self.seriousness() == Some(true)
    }

    /// `gravedad` as it is shown: as somebody said it, or, while nobody did, as it follows.
    pub fn shown_gravedad(&self) -> Scalar {
        shown(self.get("gravedad"), self.seriousness())
    }
}

impl Gravedad {
    /// The word for what is serious, or not.
    pub fn of(serious: bool) -> Self {
        if serious { Self::Grave } else { Self::NoGrave }
    }
}

fn shown(said: Option<Scalar>, serious: Option<bool>) -> Scalar {
    let said = said.unwrap_or(Scalar::Null);
    let is_open = said == Scalar::Null || said == Scalar::Text(Gravedad::SinClasificar.to_string());
    match serious.filter(|_| is_open) {
        Some(serious) => Scalar::Text(Gravedad::of(serious).to_string()),
        None => said,
    }
}

/// One criterion that is met is enough; where nobody classified it, all six must be denied.
fn classified(criteria: [Option<YesNo>; 6], gravedad: Option<Gravedad>) -> Option<bool> {
    if criteria.contains(&Some(YesNo::Yes)) {
        return Some(true);
    }
    match gravedad {
        Some(Gravedad::Grave) => Some(true),
        Some(Gravedad::NoGrave) => Some(false),
        Some(Gravedad::SinClasificar) | None => criteria.iter().all(|met| *met == Some(YesNo::No)).then_some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{CasePatch, FieldList};

    fn fields(given: &[(&str, &str)]) -> FieldList {
        given.iter().map(|(name, value)| ((*name).to_owned(), Scalar::Text((*value).to_owned()))).collect()
    }

    fn record(given: &[(&str, &str)], event: &[(&str, &str)]) -> CaseRecord {
        let eventos = (!event.is_empty()).then(|| vec![fields(event)]);
        let mut record = CaseRecord::default();
        CasePatch { fields: fields(given), eventos, ..CasePatch::default() }.apply(&mut record).unwrap();
        record
    }

    type Given = &'static [(&'static str, &'static str)];

    #[test]
    fn a_death_is_serious_whatever_gravedad_says() {
        let deaths: [(Given, Given); 9] = [
            (&[("gravedad_muerte", "sí")], &[]),
            (&[("ea_desenlace", "Recuperado")], &[("gravedad_muerte", "true")]),
            (&[("ea_desenlace", "Mortal")], &[]),
            (&[("ea_desenlace", "fallecida")], &[]),
            (&[("paciente_fecha_muerte", "2024")], &[]),
            (&[("paciente_fecha_muerte", "2024-03-01"), ("ea_desenlace", "Recuperado")], &[]),
            (&[("paciente_autopsia", "sí")], &[]),
            (&[], &[("ea_desenlace", "Mortal")]),
            (&[("ea_desenlace", "Recuperado")], &[("ea_desenlace", "fatal"), ("gravedad", "No grave")]),
        ];
        for (given, event) in deaths {
            for gravedad in ["", "Grave", "No grave", "Sin clasificar"] {
                let mut record = record(given, event);
                record.set("gravedad", Scalar::Text(gravedad.into())).unwrap().unwrap();
                assert!(record.is_fatal() && record.is_serious(), "{given:?} {event:?} {gravedad}");
                assert_eq!(record.seriousness(), Some(true));
            }
        }
    }

    #[test]
    fn without_a_death_gravedad_decides_and_one_serious_event_makes_the_case_serious() {
        let rows: [(Given, Given, Option<bool>); 9] = [
            (&[], &[], None),
            (&[("gravedad", "Sin clasificar")], &[], None),
            (&[("gravedad", "Grave")], &[], Some(true)),
            (&[("gravedad", "No grave")], &[], Some(false)),
            (&[("gravedad", "No grave")], &[("gravedad", "Grave")], Some(true)),
            (&[("gravedad", "No grave")], &[("gravedad", "Sin clasificar")], Some(false)),
            (&[], &[("gravedad", "No grave")], None),
            (&[("ea_desenlace", "Recuperado con secuelas")], &[], None),
            (&[("paciente_autopsia", "No"), ("paciente_causa_muerte", "no aplica")], &[], None),
        ];
        for (given, event, expected) in rows {
            let record = record(given, event);
            assert_eq!((record.seriousness(), record.is_fatal()), (expected, false), "{given:?} {event:?}");
        }
    }

    #[test]
    fn one_criterion_that_is_met_makes_the_case_serious_whatever_gravedad_says() {
        for criterion in CRITERIA {
            for gravedad in ["", "Grave", "No grave", "Sin clasificar"] {
                let own = record(&[(criterion, "Sí"), ("gravedad", gravedad)], &[]);
                let further = record(&[("gravedad", gravedad)], &[(criterion, "Sí"), ("gravedad", "No grave")]);
                for record in [own, further] {
                    assert!(record.is_serious(), "{criterion} {gravedad}");
                    assert_eq!(record.is_fatal(), criterion == DEATH, "{criterion}");
                }
            }
        }
    }

    #[test]
    fn a_case_without_gravedad_is_not_serious_when_every_criterion_is_denied() {
        let all = |but: usize, word: &'static str| {
            let answers = CRITERIA.iter().enumerate().map(|(index, field)| (*field, if index == but { word } else { "No" }));
            answers.collect::<Vec<_>>()
        };
        assert_eq!(record(&all(9, ""), &[]).seriousness(), Some(false));
        assert_eq!(record(&all(9, ""), &[]).shown_gravedad(), Scalar::Text("No grave".into()));
        for open in 0..CRITERIA.len() {
            for (word, expected) in [("", None), ("Desconocido", None), ("Sí", Some(true))] {
                assert_eq!(record(&all(open, word), &[]).seriousness(), expected, "{open} {word}");
            }
        }
        let denied = [all(9, ""), vec![("gravedad", "Grave")]].concat();
        assert_eq!(record(&denied, &[]).seriousness(), Some(true), "what somebody classified as serious stays so");
    }

    #[test]
    fn gravedad_is_shown_as_it_was_said_or_else_as_it_follows() {
        let rows: [(Given, Scalar); 7] = [
            (&[], Scalar::Null),
            (&[("gravedad_otra", "Sí")], Scalar::Text("Grave".into())),
            (&[("gravedad_otra", "No")], Scalar::Null),
            (&[("gravedad", "sin clasificar")], Scalar::Text("Sin clasificar".into())),
            (&[("ea_desenlace", "Mortal")], Scalar::Text("Grave".into())),
            (&[("ea_desenlace", "Mortal"), ("gravedad", "sin clasificar")], Scalar::Text("Grave".into())),
            (&[("ea_desenlace", "Mortal"), ("gravedad", "No grave")], Scalar::Text("No grave".into())),
        ];
        for (given, expected) in rows {
            assert_eq!(record(given, &[]).shown_gravedad(), expected, "{given:?}");
        }
    }
}
