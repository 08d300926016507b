//! What becomes of each case: rows of deeds, each so many days after the report. What would come after today has not happened yet, so that
//! cases of one course and different ages stand at different places of it.

use followup_domain::asking::field_state::FieldState::{Unknown, Unobtainable, Withheld};
use followup_domain::case::ClosureReason::{CaseClosed, Complete, Declined, MaxAttempts};
use followup_domain::ids::TemplateId;
use followup_domain::message::CallOutcome::{NoAnswer, Reached, Refused as SaysNo};
use followup_domain::message::Channel::{Email, Sms, Whatsapp};

use crate::deeds::Deed::{self, *};
use crate::deeds::{Fields, OnContact};
use crate::transport::Trouble::{Lost, Refused};

/// What becomes of some cases.
#[derive(Debug)]
pub(crate) struct Course {
    /// As `casos.csv` names it.
    pub(crate) name: &'static str,
    /// What the report does not say.
    pub(crate) hidden: Fields,
    /// What happens, by days since the report.
    pub(crate) deeds: &'static [(f64, Deed)],
}

/// The course of this name.
pub(crate) fn course(name: &str) -> Option<&'static Course> {
    COURSES.iter().find(|course| course.name == name)
}

const FEW: Fields = &["paciente_peso", "dosis", "fecha_inicio"];
const MANY: Fields =
    &["paciente_peso", "paciente_edad", "dosis", "frecuencia", "via_administracion", "fecha_inicio", "fecha_inicio_evento", "ea_desenlace"];
const HALF: Fields = &["paciente_peso", "dosis", "frecuencia"];
const OTHER_HALF: Fields = &["paciente_edad", "via_administracion", "fecha_inicio", "fecha_inicio_evento", "ea_desenlace"];
const OF_VACCINE: Fields = &["nro_lote", "numero_dosis", "sitio_administracion", "paciente_peso"];
/// The built-in plans: 0/30/60/90 days, and by several channels.
const BY_MONTHS: TemplateId = TemplateId(1);
const BY_CHANNELS: TemplateId = TemplateId(2);

const CONTINUES: &[(&str, &str)] = &[("evento_continua", "Sí")];
const DONE: &[(&str, &str)] = &[("estado", "Completado")];
const REPORTED: &[(&str, &str)] = &[("estado", "Enviado")];
const IN_PROGRESS: &[(&str, &str)] = &[("estado", "En progreso")];

macro_rules! courses {
    ($($name:literal without $hidden:expr => { $($day:literal $deed:expr),* $(,)? })+) => {
        /// Every course.
        pub(crate) const COURSES: &[Course] = &[$(Course { name: $name, hidden: $hidden, deeds: &[$(($day, $deed)),*] }),+];
    };
}

courses! {
    "nuevo" without MANY => {}
    "espera" without MANY => { 0.2 Arrives }
    "responde" without FEW => { 1.4 Answers(FEW) }
    "responde_html" without MANY => { 0.1 Arrives, 1.2 AnswersInHtml(MANY) }
    "adjunto" without MANY => { 3.1 AnswersWithReport(HALF) }
    "leida" without FEW => { 1.5 Answers(FEW), 2.0 Read }
    "parcial" without MANY => {
        2.1 Answers(HALF), 2.6 Read, 2.7 Learns(HALF), 2.8 Attends,
        3.2 Writes(Email, "Gracias por su respuesta. Para completar el reporte nos faltan la vía de administración y las fechas de inicio del tratamiento y del evento. ¿Podría indicarlas?"),
    }
    "completo" without MANY => {
        0.2 Arrives, 1.8 Answers(MANY), 2.1 Read, 2.2 Learns(MANY), 2.3 Sets(CONTINUES), 2.4 DocumentsTheRest("El notificador no dispone de este dato"),
        2.6 Closes(Complete, "Se recibió la información solicitada; lo restante consta como no disponible."), 2.7 Sets(DONE), 4.5 Sets(REPORTED),
    }
    "por_cerrar" without FEW => {
        1.3 Answers(FEW), 1.8 Read, 1.9 Learns(FEW), 1.92 Sets(CONTINUES), 1.94 DocumentsTheRest("El notificador no dispone de este dato"), 2.0 Attends,
    }
    "plan" without MANY => { 0.4 Plans(BY_MONTHS) }
    "plan_responde" without MANY => { 0.5 Plans(BY_MONTHS), 31.2 Answers(HALF), 31.9 Read, 32.0 Learns(HALF), 32.1 Attends }
    "rebota" without MANY => { 0.4 Plans(BY_MONTHS), 1.6 Bounces }
    "rebota_con_telefono" without MANY => { 0.1 Bounces, 2.0 Texts(Sms, "Buenos días, el correo de la clínica cambió. ¿Qué datos necesitan?"), 2.4 Read }
    "buzon_lleno" without MANY => { 0.2 IsFull }
    "ausente" without MANY => { 0.05 IsAway, 7.0 Says("Buenas tardes. Estuve de vacaciones; mañana reviso la historia clínica y les envío los datos.") }
    "rehusa" without MANY => {
        1.0 Calls(NoAnswer, "Se llamó a las 10:00; no contesta."), 2.0 Calls(SaysNo, "Indica que no desea dar más información y pide que no se le vuelva a llamar."),
        2.1 Closes(Declined, "El notificador no desea continuar. Se respeta su decisión."),
    }
    "telefono" without MANY => { 3.0 Calls(NoAnswer, "Suena y no contesta nadie."), 5.0 PlansCall(7, "Volver a llamar por la tarde") }
    "sms" without FEW => { 0.5 Plans(BY_CHANNELS), 6.1 Texts(Sms, "Pesa 71 kg. Tomo 500 mg desde hace 3 dias.") }
    "whatsapp" without FEW => {
        0.3 Texts(Whatsapp, "Buenas tardes, soy la mamá del niño que tuvo la alergia. ¿Por aquí puedo darles los datos?"), 0.35 Read,
        0.4 Writes(Whatsapp, "Buenas tardes, sí, puede escribirnos por aquí. ¿Cuánto pesa su hijo y qué dosis de paracetamol recibió?"),
        0.5 Texts(Whatsapp, "Pesa 30 kilos"), 0.51 Texts(Whatsapp, "Le di 250 mg cada 6 horas, dos días 🙏"),
    }
    "incierto" without FEW => { 0.6 Meets(Lost), 0.7 Plans(BY_MONTHS) }
    "incierto_resuelto" without FEW => { 1.0 Meets(Lost), 1.1 Asks, 1.5 Settles("La copia está en la carpeta de enviados del servidor."), 4.0 Answers(FEW), 4.4 Read, 4.5 Learns(FEW), 4.6 Attends }
    "rechazado" without FEW => { 0.5 Meets(Refused), 0.6 Writes(Email, "Estimado doctor: ¿podría indicarnos el peso de la paciente y desde cuándo recibía espironolactona?") }
    "ajeno" without FEW => { 1.6 AnotherAnswers(FEW) }
    "ajeno_confirmado" without FEW => { 1.6 AnotherAnswers(FEW), 2.2 Read, 2.3 Confirms, 2.5 Learns(FEW), 2.6 Attends }
    "mortal" without &["paciente_peso", "paciente_comorbilidades"] => { 0.1 Arrives, 2.0 Documents("paciente_autopsia", Unobtainable, "La familia no autorizó la autopsia") }
    "mortal_responde" without FEW => {
        5.0 Answers(FEW), 5.3 Read, 5.4 Learns(FEW), 5.5 Sets(&[("paciente_causa_muerte", "choque séptico por neutropenia"), ("paciente_autopsia", "No")]), 5.6 Attends,
        5.9 DocumentsTheRest("No consta en la historia clínica"), 6.0 Closes(Complete, "El servicio tratante respondió lo que consta en la historia clínica; no hay más datos."), 6.1 Sets(DONE),
    }
    "contradice" without &["dosis"] => {}
    "contradice_apartada" without &["paciente_peso", "dosis"] => { 1.0 SetsAside("El tratamiento continuó tras el inicio del cuadro: fechas confirmadas con el médico por teléfono."), 1.2 Calls(Reached, "Confirma las fechas y que el niño está bien.") }
    "documentado" without MANY => {
        3.0 Answers(HALF), 3.3 Read, 3.4 Learns(HALF), 3.5 Documents("fecha_inicio", Unknown, "La paciente no recuerda desde cuándo lo toma"),
        3.6 Documents("paciente_fecha_nacimiento", Withheld, "El hospital no entrega datos que identifiquen al paciente"), 3.7 Attends,
    }
    "tardio" without MANY => {
        0.5 Plans(BY_MONTHS), 31.0 Calls(NoAnswer, "Dos llamadas al consultorio, sin respuesta."),
        40.0 Closes(MaxAttempts, "Sin respuesta a dos cartas y una llamada."), 57.4 Answers(MANY),
    }
    "reabierto" without MANY => { 0.2 IsAway, 12.0 Closes(CaseClosed, "Duplicado del caso informado por el titular."), 43.0 Reopens("No era un duplicado: el producto es de otro laboratorio.") }
    "recordatorio" without MANY => { 0.2 Arrives, 9.0 Reminds, 18.3 Says("Disculpen la demora. El paciente pesa 73 kg y tomó levofloxacino 750 mg una vez al día durante cinco días.") }
    "conversacion" without MANY => {
        0.2 Arrives, 2.0 Talk(LONG_TALK), 62.0 Learns(HALF), 62.5 AnswersWithReport(OTHER_HALF), 63.0 Read, 63.5 Learns(OTHER_HALF), 63.6 Attends,
        74.2 Says("Una novedad: la paciente reingresó ayer con fiebre de 38,7 °C. El cultivo de micobacterias sigue pendiente."),
    }
    "plan_a_mano" without MANY => {
        0.5 Plans(BY_MONTHS), 2.0 Contact(OnContact::PutOff(10), "El notificador pidió escribirle después de su guardia"), 14.0 Contact(OnContact::Skip, "Se habló con él en el servicio"),
        15.0 Contact(OnContact::BringBack, "Al final no envió los datos"), 16.0 Contact(OnContact::SendNow, "Pide que se le escriba hoy"), 20.0 Contact(OnContact::Complete, "Entregó la ficha en papel"),
    }
    "detenido" without MANY => { 0.5 Plans(BY_MONTHS), 5.0 Sets(IN_PROGRESS), 6.0 Sets(DONE) }
    "riesgo" without FEW => { 0.2 Arrives, 6.0 Calls(NoAnswer, "No se encuentra en el servicio."), 9.0 Sets(IN_PROGRESS) }
    "vencido" without MANY => { 0.2 Arrives, 4.0 Sets(IN_PROGRESS) }
    "bloqueado" without MANY => { 1.0 Says("Por favor no me escriban más. No deseo recibir estos correos."), 1.4 Read, 1.5 Blocks("El paciente pide por correo no recibir más mensajes"), 1.6 Attends }
    "vacuna" without OF_VACCINE => { 0.2 Arrives, 3.9 Answers(OF_VACCINE) }
    "varios" without &["dosis", "frecuencia", "fecha_inicio"] => { 0.2 Arrives, 4.0 Answers(&["dosis", "frecuencia"]), 4.5 Read, 4.6 Learns(&["dosis", "frecuencia"]), 4.7 Attends }
    "embarazo" without FEW => { 0.2 Arrives, 3.0 Plans(BY_MONTHS), 6.0 Contact(OnContact::Skip, "El parto está previsto antes: se le escribirá después"), 7.0 PastesTheHistory }
}

/// Said by the reporter and by the unit in turn.
const LONG_TALK: &[&str] = &[
    "Buenos días. La paciente sigue hospitalizada. ¿Qué dato les urge más?",
    "Buenos días, doctora. Lo primero, las fechas: ¿cuándo recibió la última dosis de adalimumab y cuándo empezó la fiebre?",
    "La última dosis fue diez días antes del ingreso. La fiebre empezó una semana antes.",
    "Gracias. ¿Se le hizo prueba de tuberculina o IGRA antes de iniciar el tratamiento?",
    "Tuberculina en 2024: 4 mm. No encuentro IGRA.",
    "¿Podría enviarnos el resultado de la radiografía de tórax del ingreso?",
    "Infiltrado en el lóbulo superior derecho. Adjuntaré el informe cuando lo firmen.",
    "De acuerdo. ¿Recibe profilaxis con isoniazida?",
    "No la recibió.",
    "¿Continúa con adalimumab y metotrexato?",
    "Ambos suspendidos desde el ingreso.",
    "¿Qué lote tiene la última jeringa? Figura en la caja o en la historia de farmacia.",
    "Farmacia dice que es AD4410. Lo confirmo mañana.",
    "Gracias. ¿Hay resultado de la baciloscopia?",
    "Tres muestras negativas. El cultivo está pendiente.",
    "¿Y el Xpert MTB/RIF?",
    "Positivo, sin resistencia a rifampicina.",
    "Entendido. ¿Cuándo empezó el tratamiento antituberculoso?",
    "El mismo día del resultado, esquema sensible.",
    "¿Cómo ha evolucionado la fiebre?",
    "Cedió a los ocho días.",
    "¿Qué peso tiene ahora y cuánto pesaba antes de enfermar?",
    "Pesa 68 kg; antes, 74 kg.",
    "¿Tuvo alteración de las transaminasas con el tratamiento?",
    "TGP 62 U/L en la segunda semana, sin síntomas.",
    "¿Continúa el seguimiento con reumatología?",
    "Sí, tiene cita en un mes.",
    "¿Han valorado reiniciar el biológico?",
    "No antes de completar la primera fase.",
    "¿Tiene otras enfermedades o alergias?",
    "Hipotiroidismo controlado. Alérgica a la penicilina.",
    "¿Toma algo más, además de metotrexato?",
    "Ácido fólico y levotiroxina.",
    "¿Hubo contacto con alguna persona enferma de tuberculosis?",
    "Una hermana tratada hace cinco años.",
    "Gracias, es importante. ¿Se estudió a los otros convivientes?",
    "El centro de salud los citó; aún no hay resultados.",
    "¿Le dieron de alta?",
    "Ayer. Sigue el tratamiento en su centro de salud.",
    "¿Podría darnos la fecha del alta para el reporte?",
    "Fue el viernes pasado; disculpe, no ayer.",
    "¿Considera que hay relación con adalimumab?",
    "Probable, por la reactivación a los seis meses de uso.",
    "¿Se notificó al laboratorio?",
    "No todavía. ¿Lo hacen ustedes?",
    "Lo hacemos nosotros. ¿Nos autoriza a enviar el informe de la radiografía?",
    "Sí, sin datos que la identifiquen.",
    "Gracias. ¿Cómo está la paciente esta semana?",
    "Bien, sin fiebre y con mejor apetito.",
    "¿Algún efecto adverso del tratamiento antituberculoso?",
    "Náuseas leves que toleró.",
    "¿Se repitió la radiografía?",
    "Está programada para el mes que viene.",
    "Esperamos entonces. ¿Podemos escribirle en dos semanas?",
    "Sí, por este correo.",
    "Muchas gracias por todo, doctora.",
    "A ustedes. Cualquier novedad se la comunico.",
];
