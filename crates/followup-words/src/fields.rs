//! What the fields of a case are called, and what became of asking for one.

use followup_domain::asking::field_state::FieldState;

/// The label of a field by its published name, alone or as a product or a further event has it; the name itself where this release does not
/// know it.
pub fn label(field: &str) -> &str {
    LABELS.iter().find(|(known, _)| *known == field).map_or(field, |(_, label)| label)
}

/// What a field takes, where that does not go without saying.
pub fn hint(field: &str) -> Option<&'static str> {
    HINTS.iter().find(|(known, _)| *known == field).map(|(_, hint)| *hint)
}

/// How dates are typed.
pub const DATE_HINT: &str = "AAAA-MM-DD; si no se sabe el día o el mes, AAAA-MM o AAAA";

/// What is known of asking for a field, as people read it.
pub fn state(state: FieldState) -> &'static str {
    match state {
        FieldState::NotAsked => "Falta, y todavía no se pidió",
        FieldState::Asked => "Falta, y ya se pidió",
        FieldState::Unknown => "No lo sabe",
        FieldState::Withheld => "No desea decirlo",
        FieldState::Unobtainable => "No se pudo obtener",
        FieldState::Answered => "Respondido",
    }
}

const LABELS: &[(&str, &str)] = &[
    ("numero", "Número del caso"),
    ("codigo_interno_lab", "Código interno del laboratorio"),
    ("cenafyt_codigo", "Código del CENAFyT"),
    ("estado", "Estado del trabajo"),
    ("tipo_notificacion", "Tipo de notificación"),
    ("fuente_notificacion", "Fuente de la notificación"),
    ("fecha_recepcion", "Fecha de recepción"),
    ("paciente_iniciales", "Iniciales"),
    ("paciente_dni", "Documento de identidad"),
    ("paciente_edad", "Edad"),
    ("paciente_sexo", "Sexo"),
    ("paciente_peso", "Peso"),
    ("paciente_fecha_nacimiento", "Fecha de nacimiento"),
    ("paciente_grupo_etareo", "Grupo etario"),
    ("paciente_diagnostico_principal", "Diagnóstico principal"),
    ("paciente_comorbilidades", "Antecedentes y alergias"),
    ("paciente_gestacion_meses_raw", "Meses de gestación"),
    ("paciente_fecha_muerte", "Fecha del fallecimiento"),
    ("paciente_causa_muerte", "Causa del fallecimiento"),
    ("paciente_autopsia", "Autopsia"),
    ("paciente_causa_autopsia", "Causa según la autopsia"),
    ("medicacion_concomitante", "Otros medicamentos, según se informó"),
    ("reportante_nombre", "Nombre y apellidos"),
    ("reportante_contacto", "Contacto"),
    ("reportante_email", "Correo electrónico"),
    ("reportante_telefono", "Teléfono"),
    ("reportante_ocupacion", "Profesión"),
    ("descripcion_evento", "Descripción"),
    ("fecha_inicio_evento", "Inicio del evento"),
    ("fecha_fin_evento", "Fin del evento"),
    ("evento_continua", "El evento continúa"),
    ("pruebas_resultados", "Exámenes y pruebas"),
    ("gravedad", "Gravedad"),
    ("gravedad_muerte", "Muerte"),
    ("gravedad_riesgo_vida", "Riesgo de vida"),
    ("gravedad_hospitalizacion", "Hospitalización, o su prolongación"),
    ("gravedad_discapacidad", "Discapacidad o incapacidad"),
    ("gravedad_anomalia_congenita", "Anomalía congénita"),
    ("gravedad_otra", "Otra condición médicamente importante"),
    ("ea_causalidad", "Causalidad"),
    ("ea_desenlace", "Desenlace"),
    ("evaluador_nombre", "Evaluador"),
    ("evaluador_email", "Correo del evaluador"),
    ("auto_followup", "Pedir datos por sí solo"),
    ("nombre_producto", "Medicamento"),
    ("ifa", "Principio activo (IFA)"),
    ("forma_farmaceutica", "Forma farmacéutica"),
    ("laboratorio_pais", "Laboratorio y país"),
    ("registro_sanitario", "Registro sanitario"),
    ("nro_lote", "Número de lote"),
    ("numero_dosis", "Número de dosis"),
    ("dosis", "Dosis"),
    ("frecuencia", "Frecuencia"),
    ("via_administracion", "Vía de administración"),
    ("sitio_administracion", "Sitio de aplicación"),
    ("fecha_inicio", "Inicio del tratamiento"),
    ("fecha_fin", "Fin del tratamiento"),
    ("tratamiento_continua", "El tratamiento continúa"),
    ("motivo_prescripcion", "Motivo de uso"),
    ("accion_tomada", "Acción tomada con el medicamento"),
    ("reexposicion", "Readministración"),
    ("es_biologico", "Es biológico o vacuna"),
    ("productos", "Productos sospechosos"),
    ("concomitantes", "Otros medicamentos"),
    ("eventos", "Otros eventos"),
];

const HINTS: &[(&str, &str)] = &[
    ("paciente_edad", "En años, o con su unidad: 8 meses"),
    ("paciente_peso", "En kilogramos, o con su unidad: 3200 g"),
    ("reportante_contacto", "Correo o teléfono, tal como lo dio"),
    ("medicacion_concomitante", "«Ninguno», si no usaba otros"),
    ("pruebas_resultados", "Con fecha y resultado; «ninguno», si no hubo"),
    ("evaluador_email", "A quien se avisa de las respuestas"),
    ("auto_followup", "«No»: el servicio no escribe por sí solo al reportante de este caso"),
    ("numero_dosis", "De una vacuna: primera, segunda, refuerzo"),
    ("sitio_administracion", "De una vacuna: p. ej., brazo izquierdo"),
    ("es_biologico", "Si no se indica, se reconoce por su nombre"),
];

#[cfg(test)]
mod tests {
    use followup_domain::case::{CaseRecord, Event, Product};

    use super::*;

    #[test]
    fn every_field_of_a_case_has_one_label_and_nothing_else_does() {
        let lists = ["productos", "concomitantes", "eventos"];
        let known: Vec<&str> = [CaseRecord::FIELDS, Product::FIELDS, Event::FIELDS, &lists].concat();
        for field in &known {
            assert_eq!(LABELS.iter().filter(|(named, _)| named == field).count(), 1, "{field}");
        }
        for (named, _) in LABELS.iter().chain(HINTS) {
            assert!(known.contains(named), "{named}");
        }
        assert_eq!(label("campo_de_otra_version"), "campo_de_otra_version");
    }
}
