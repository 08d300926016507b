//! What contradicts itself in a case, or cannot be.

use followup_domain::warnings::WarningCode;

/// A warning, as people read it.
pub fn text(code: WarningCode) -> &'static str {
    match code {
        WarningCode::ReceiptInFuture => "La fecha de recepción está en el futuro",
        WarningCode::BirthInFuture => "La fecha de nacimiento está en el futuro",
        WarningCode::EventInFuture => "Una fecha del evento está en el futuro",
        WarningCode::TreatmentInFuture => "El inicio del tratamiento está en el futuro",
        WarningCode::DeathInFuture => "La fecha del fallecimiento está en el futuro",
        WarningCode::EventEndBeforeStart => "El evento termina antes de empezar",
        WarningCode::TreatmentEndBeforeStart => "El tratamiento termina antes de empezar",
        WarningCode::TreatmentAfterEvent => "El producto sospechoso empezó a usarse después del inicio del evento",
        WarningCode::ReceiptBeforeEvent => "El reporte se recibió antes de que empezara el evento",
        WarningCode::EventBeforeBirth => "El evento empieza antes del nacimiento del paciente",
        WarningCode::TreatmentBeforeBirth => "El tratamiento empieza antes del nacimiento del paciente",
        WarningCode::DeathBeforeBirth => "El fallecimiento es anterior al nacimiento",
        WarningCode::DeathBeforeEvent => "El fallecimiento es anterior al inicio del evento",
        WarningCode::EventEndAfterDeath => "El evento termina después del fallecimiento",
        WarningCode::TreatmentAfterDeath => "El tratamiento empieza después del fallecimiento",
        WarningCode::AgeAgainstBirth => "La edad no corresponde a la fecha de nacimiento",
        WarningCode::WeightAgainstAge => "El peso no es verosímil para la edad: revise la unidad y la coma decimal",
        WarningCode::NotSeriousButFatal => "Está clasificado como no grave y el paciente falleció: una muerte siempre es grave",
        WarningCode::NotSeriousWithCriterion => "Está clasificado como no grave y cumple un criterio de gravedad",
        WarningCode::SeriousWithoutCriterion => "Está clasificado como grave y todos los criterios de gravedad están negados",
        WarningCode::DeathAgainstOutcome => "Consta que el paciente falleció y el desenlace es otro",
        WarningCode::OutcomeAgainstCriterion => "El desenlace es mortal y el criterio de gravedad «muerte» está negado",
        WarningCode::CauseWithoutDeath => "Hay una causa de muerte y no consta que el paciente falleciera",
        WarningCode::EndAgainstOutcome => "El evento tiene fecha de fin y el paciente no se ha recuperado de él",
        WarningCode::EventGoesOnWithEnd => "El evento continúa y tiene fecha de fin",
        WarningCode::TreatmentGoesOnWithEnd => "El tratamiento continúa y ya tiene fecha de fin",
        WarningCode::WithdrawnAndGoesOn => "El medicamento se retiró y el tratamiento continúa",
        WarningCode::GoesOnAfterDeath => "El paciente falleció y el evento o el tratamiento continúa",
        WarningCode::PregnancyAgainstSex => "Hay meses de gestación y el paciente es de sexo masculino",
        WarningCode::ContactUnreadable => {
            "El contacto del reportante no tiene una dirección de correo ni un teléfono válidos, o una dirección está mal escrita"
        }
        WarningCode::ReporterEmailUnreadable => "El correo del reportante no es una dirección válida",
        WarningCode::ReporterPhoneUnreadable => "El teléfono del reportante no es un número válido",
        WarningCode::EvaluatorEmailUnreadable => "El correo del evaluador no es una dirección válida: no se le avisará de las respuestas",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_warning_has_words_of_its_own() {
        let mut words: Vec<&str> = WarningCode::ALL.iter().map(|code| text(*code)).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), WarningCode::ALL.len());
    }
}
