//! Whether a case is serious, and whether the patient died: what every rule that looks at either asks (E2B(R3) E.i.3.2, docs/product.md §2).

use super::record::{CaseRecord, Event};
use super::scalar::Scalar;
use super::values::{Desenlace, Gravedad, YesNo};

impl Event {
    /// Whether the patient died of it.
    pub fn is_fatal(&self) -> bool {
        self.ea_desenlace == Some(Desenlace::Mortal)
    }

    /// Whether it is serious; `None` while nobody has classified it. One of which the patient died is.
    pub fn seriousness(&self) -> Option<bool> {
        if self.is_fatal() { Some(true) } else { classified(self.gravedad) }
    }

    /// `gravedad` as it is shown: as somebody said it, or, while nobody did, as it follows.
    pub fn shown_gravedad(&self) -> Scalar {
        shown(self.get("gravedad"), self.seriousness())
    }
}

impl CaseRecord {
    /// Whether the patient died, of whatever: an event has that outcome, or the death has its date or its autopsy. A date that cannot be
    /// read is one all the same.
    pub fn is_fatal(&self) -> bool {
        let is_dated = !matches!(self.get("paciente_fecha_muerte"), None | Some(Scalar::Null));
        self.main_event_is_fatal() || is_dated || self.paciente_autopsia == Some(YesNo::Yes) || self.eventos.iter().any(Event::is_fatal)
    }

    /// Whether the patient died of the event that the case itself describes.
    pub fn main_event_is_fatal(&self) -> bool {
        self.ea_desenlace == Some(Desenlace::Mortal)
    }

    /// Whether the case is serious; `None` while nobody has classified it. A death is serious whatever `gravedad` says, and so is a case
    /// of which one further event is.
    pub fn seriousness(&self) -> Option<bool> {
        let is_serious = self.is_fatal() || self.eventos.iter().any(|event| event.seriousness() == Some(true));
        if is_serious { Some(true) } else { classified(self.gravedad) }
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

fn classified(gravedad: Option<Gravedad>) -> Option<bool> {
    match gravedad {
        Some(Gravedad::Grave) => Some(true),
        Some(Gravedad::NoGrave) => Some(false),
        Some(Gravedad::SinClasificar) | None => None,
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
        let deaths: [(Given, Given); 7] = [
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
    fn gravedad_is_shown_as_it_was_said_or_else_as_it_follows() {
        let rows: [(Given, Scalar); 5] = [
            (&[], Scalar::Null),
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
