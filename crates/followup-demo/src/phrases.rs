//! What a reporter writes of a field.

/// A field, and how its value is told.
const PHRASES: &[(&str, &str)] = &[
    ("paciente_peso", "Pesa {} kg."),
    ("paciente_edad", "Tiene {} años."),
    ("paciente_comorbilidades", "Antecedentes: {}."),
    ("medicacion_concomitante", "Otros medicamentos: {}."),
    ("dosis", "La dosis fue de {}."),
    ("frecuencia", "Lo recibía {}."),
    ("via_administracion", "Vía de administración: {}."),
    ("fecha_inicio", "El tratamiento empezó el {}."),
    ("motivo_prescripcion", "Se indicó por {}."),
    ("nro_lote", "El lote es {}."),
    ("numero_dosis", "Fue la dosis: {}."),
    ("sitio_administracion", "Se aplicó en: {}."),
    ("fecha_inicio_evento", "El evento empezó el {}."),
    ("ea_desenlace", "Estado actual: {}."),
    ("pruebas_resultados", "Exámenes: {}."),
    ("accion_tomada", "Acción con el medicamento: {}."),
    ("paciente_causa_muerte", "Causa del fallecimiento: {}."),
    ("paciente_autopsia", "¿Hubo autopsia? {}."),
];

/// The value of a field in a sentence.
pub(crate) fn told(field: &str, value: &str) -> String {
    let phrase = PHRASES.iter().find(|(known, _)| *known == field).map_or("{}.", |(_, phrase)| phrase);
    phrase.replace("{}", &as_written(value))
}

/// `2026-03-05` as people write it.
fn as_written(value: &str) -> String {
    match value.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] if year.len() == 4 => format!("{day}/{month}/{year}"),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_told_as_people_write_it() {
        assert_eq!(told("fecha_inicio", "2026-03-05"), "El tratamiento empezó el 05/03/2026.");
        assert_eq!(told("dosis", "500 mg"), "La dosis fue de 500 mg.");
    }
}
