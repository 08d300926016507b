//! The case record: VIGIA's flat field names, each reachable as a typed member and by its name.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::kept::Kept;
use super::scalar::{FieldKind, Kilograms, Member, Scalar, Years};
use super::treatment::{AccionTomada, Reexposicion};
use super::values::{Desenlace, Estado, Gravedad, InvalidValue, PartialDate, Sexo, YesNo};
use crate::ids::ProductId;

macro_rules! record {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),+ $(,)? } $({ $($rest:tt)* })?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)+
            $($($rest)*)?
            /// What is stored and cannot be taken; a known field of which such a value is kept is empty here.
            pub kept: Kept,
        }

        impl $name {
            /// The scalar fields, in the order in which they are shown.
            pub const FIELDS: &'static [&'static str] = &[$(stringify!($field)),+];

            /// What a scalar field takes, by its published name; `None` for an unknown name.
            pub fn kind(field: &str) -> Option<FieldKind> {
                match field { $(stringify!($field) => Some(<$type as Member>::KIND),)+ _ => None }
            }

            /// A scalar field's value by its published name, one that the rules refuse as it is stored; `None` for an unknown name.
            pub fn get(&self, field: &str) -> Option<Scalar> {
                let value = match field { $(stringify!($field) => self.$field.show(),)+ _ => return None };
                Some(self.kept.get(field).map_or(value, |kept| kept.shown.clone()))
            }

            /// Sets a scalar field by its published name; `None` for an unknown name. A value that is stored already is refused by
            /// nobody.
            pub fn set(&mut self, field: &str, value: Scalar) -> Option<Result<(), InvalidValue>> {
                if Self::FIELDS.contains(&field) && self.kept.get(field).is_some_and(|kept| kept.shown == value) {
                    return Some(Ok(()));
                }
                let set = match field {
                    $(stringify!($field) => Member::read(value).map(|value| self.$field = value),)+
                    _ => return None,
                };
                Some(set.map(|()| self.kept.remove(field)))
            }
        }
    };
}

record! {
    /// A suspect or concomitant product (E2B(R3) G.k).
    #[derive(Default)]
    Product {
        /// Name as reported (G.k.2.2).
        nombre_producto: Option<String>,
        /// Active ingredient.
        ifa: Option<String>,
        /// Pharmaceutical form.
        forma_farmaceutica: Option<String>,
        /// Manufacturer and country.
        laboratorio_pais: Option<String>,
        /// Marketing authorisation.
        registro_sanitario: Option<String>,
        /// Batch or lot number (G.k.4.r.7).
        nro_lote: Option<String>,
        /// Of a vaccine: which dose of the series it was (G.k.4.r.8).
        numero_dosis: Option<String>,
        /// Dose (G.k.4.r.1, .8).
        dosis: Option<String>,
        /// How often (G.k.4.r.2, .3).
        frecuencia: Option<String>,
        /// Route of administration (G.k.4.r.10).
        via_administracion: Option<String>,
        /// Of a vaccine: where it was given, as "left arm" (G.k.4.r.8).
        sitio_administracion: Option<String>,
        /// Start of treatment (G.k.4.r.4).
        fecha_inicio: Option<PartialDate>,
        /// End of treatment (G.k.4.r.5).
        fecha_fin: Option<PartialDate>,
        /// Whether the treatment goes on: then it has no end.
        tratamiento_continua: Option<bool>,
        /// Indication (G.k.7).
        motivo_prescripcion: Option<String>,
        /// What was done with it because of the event (G.k.8).
        accion_tomada: Option<AccionTomada>,
        /// Whether it was given again, and what came of it (G.k.9.i.4).
        reexposicion: Option<Reexposicion>,
        /// Biologic or vaccine: its batch number is always asked for.
        es_biologico: Option<bool>,
    } {
        /// Of a suspect product: which one of the case it is, wherever it stands and whatever it is called.
        pub id: Option<ProductId>,
    }
}

record! {
    /// A further adverse event of the same case (E2B(R3) E.i).
    #[derive(Default)]
    Event {
        /// Description as reported (E.i.1).
        descripcion_evento: Option<String>,
        /// Start (E.i.4).
        fecha_inicio_evento: Option<PartialDate>,
        /// End (E.i.5).
        fecha_fin_evento: Option<PartialDate>,
        /// Seriousness (E.i.3.2).
        gravedad: Option<Gravedad>,
        /// Whether it results in death (E.i.3.2a).
        gravedad_muerte: Option<YesNo>,
        /// Whether it is life threatening (E.i.3.2b).
        gravedad_riesgo_vida: Option<YesNo>,
        /// Whether it causes or prolongs hospitalisation (E.i.3.2c).
        gravedad_hospitalizacion: Option<YesNo>,
        /// Whether it is disabling or incapacitating (E.i.3.2d).
        gravedad_discapacidad: Option<YesNo>,
        /// Whether it is a congenital anomaly or birth defect (E.i.3.2e).
        gravedad_anomalia_congenita: Option<YesNo>,
        /// Whether it is another medically important condition (E.i.3.2f).
        gravedad_otra: Option<YesNo>,
        /// Causality as assessed.
        ea_causalidad: Option<String>,
        /// Outcome (E.i.7).
        ea_desenlace: Option<Desenlace>,
    }
}

record! {
    /// What is known of a case, without its life (see [`super::Case`]).
    CaseRecord {
        /// Case number of the unit.
        numero: Option<String>,
        /// The laboratory's internal code.
        codigo_interno_lab: Option<String>,
        /// Code given by the national centre.
        cenafyt_codigo: Option<String>,
        /// State of the work.
        estado: Estado,
        /// Type of report.
        tipo_notificacion: Option<String>,
        /// Source of the report.
        fuente_notificacion: Option<String>,
        /// When the report was received.
        fecha_recepcion: Option<PartialDate>,
        /// Patient's initials (D.1).
        paciente_iniciales: Option<String>,
        /// Patient's national identity number.
        paciente_dni: Option<String>,
        /// Patient's age in years (D.2.2).
        paciente_edad: Option<Years>,
        /// Patient's sex (D.5).
        paciente_sexo: Option<Sexo>,
        /// Patient's weight in kg (D.3).
        paciente_peso: Option<Kilograms>,
        /// Patient's date of birth (D.2.1).
        paciente_fecha_nacimiento: Option<PartialDate>,
        /// Patient's age group (D.2.3).
        paciente_grupo_etareo: Option<String>,
        /// Main diagnosis.
        paciente_diagnostico_principal: Option<String>,
        /// Medical history and allergies (D.7.2).
        paciente_comorbilidades: Option<String>,
        /// Months of pregnancy as reported (D.6, D.2.2.1).
        paciente_gestacion_meses_raw: Option<String>,
        /// Patient's date of death (D.9.1).
        paciente_fecha_muerte: Option<PartialDate>,
        /// Cause of death as reported (D.9.2).
        paciente_causa_muerte: Option<String>,
        /// Whether there was an autopsy (D.9.3).
        paciente_autopsia: Option<YesNo>,
        /// Cause of death as the autopsy found it (D.9.4).
        paciente_causa_autopsia: Option<String>,
        /// Other products that the patient used, as reported, or that there were none; `concomitantes` has them one by one (G.k.1 = 2).
        medicacion_concomitante: Option<String>,
        /// Reporter's name (C.2.r.1).
        reportante_nombre: Option<String>,
        /// Reporter's contact as typed.
        reportante_contacto: Option<String>,
        /// Reporter's e-mail, used where the contact yields none.
        reportante_email: Option<String>,
        /// Reporter's telephone, used where the contact yields none.
        reportante_telefono: Option<String>,
        /// Reporter's profession (C.2.r.4).
        reportante_ocupacion: Option<String>,
        /// Narrative of the event (E.i.1, H.1).
        descripcion_evento: Option<String>,
        /// Start of the event (E.i.4).
        fecha_inicio_evento: Option<PartialDate>,
        /// End of the event (E.i.5).
        fecha_fin_evento: Option<PartialDate>,
        /// Whether the event goes on: then it has no end.
        evento_continua: Option<bool>,
        /// Relevant tests with dates and results, as reported, or that there were none (F.r).
        pruebas_resultados: Option<String>,
        /// Seriousness (E.i.3.2).
        gravedad: Option<Gravedad>,
        /// Whether it results in death (E.i.3.2a).
        gravedad_muerte: Option<YesNo>,
        /// Whether it is life threatening (E.i.3.2b).
        gravedad_riesgo_vida: Option<YesNo>,
        /// Whether it causes or prolongs hospitalisation (E.i.3.2c).
        gravedad_hospitalizacion: Option<YesNo>,
        /// Whether it is disabling or incapacitating (E.i.3.2d).
        gravedad_discapacidad: Option<YesNo>,
        /// Whether it is a congenital anomaly or birth defect (E.i.3.2e).
        gravedad_anomalia_congenita: Option<YesNo>,
        /// Whether it is another medically important condition (E.i.3.2f).
        gravedad_otra: Option<YesNo>,
        /// Causality as assessed.
        ea_causalidad: Option<String>,
        /// Outcome (E.i.7).
        ea_desenlace: Option<Desenlace>,
        /// Evaluator's name.
        evaluador_nombre: Option<String>,
        /// Evaluator's e-mail: who is told of replies.
        evaluador_email: Option<String>,
        /// Whether this case gets automatic requests.
        auto_followup: bool,
    } {
        /// Suspect products; the first is the main one.
        pub productos: Vec<Product>,
        /// Concomitant products.
        pub concomitantes: Vec<Product>,
        /// Further events.
        pub eventos: Vec<Event>,
        /// The highest id that a suspect product of the case ever had; 0 before the first.
        pub last_product: i64,
    }
}

impl Default for CaseRecord {
    fn default() -> Self {
        Self {
            numero: None,
            codigo_interno_lab: None,
            cenafyt_codigo: None,
            estado: Estado::Pendiente,
            tipo_notificacion: None,
            fuente_notificacion: None,
            fecha_recepcion: None,
            paciente_iniciales: None,
            paciente_dni: None,
            paciente_edad: None,
            paciente_sexo: None,
            paciente_peso: None,
            paciente_fecha_nacimiento: None,
            paciente_grupo_etareo: None,
            paciente_diagnostico_principal: None,
            paciente_comorbilidades: None,
            paciente_gestacion_meses_raw: None,
            paciente_fecha_muerte: None,
            paciente_causa_muerte: None,
            paciente_autopsia: None,
            paciente_causa_autopsia: None,
            medicacion_concomitante: None,
            reportante_nombre: None,
            reportante_contacto: None,
            reportante_email: None,
            reportante_telefono: None,
            reportante_ocupacion: None,
            descripcion_evento: None,
            fecha_inicio_evento: None,
            fecha_fin_evento: None,
            evento_continua: None,
            pruebas_resultados: None,
            gravedad: None,
            gravedad_muerte: None,
            gravedad_riesgo_vida: None,
            gravedad_hospitalizacion: None,
            gravedad_discapacidad: None,
            gravedad_anomalia_congenita: None,
            gravedad_otra: None,
            ea_causalidad: None,
            ea_desenlace: None,
            evaluador_nombre: None,
            evaluador_email: None,
            auto_followup: true,
            productos: Vec::new(),
            concomitantes: Vec::new(),
            eventos: Vec::new(),
            last_product: 0,
            kept: Kept::default(),
        }
    }
}

impl CaseRecord {
    /// The name of the main suspect product.
    pub fn producto_sospechoso(&self) -> Option<&str> {
        self.productos.first()?.nombre_producto.as_deref()
    }

    /// The place of a suspect product.
    pub fn place_of(&self, id: ProductId) -> Option<usize> {
        self.productos.iter().position(|product| product.id == Some(id))
    }

    /// Gives an id to every suspect product that has none.
    pub(crate) fn number_products(&mut self) {
        let highest = self.productos.iter().filter_map(|product| product.id).map(|id| id.0).max();
        self.last_product = self.last_product.max(highest.unwrap_or(0));
        for product in self.productos.iter_mut().filter(|product| product.id.is_none()) {
            self.last_product += 1;
            product.id = Some(ProductId(self.last_product));
        }
    }

    /// The day of receipt: `fecha_recepcion`, its earliest day; without one, the day of creation where the unit is.
    pub fn received_on(&self, created_at: DateTime<Utc>, zone: Tz) -> NaiveDate {
        self.fecha_recepcion.map_or_else(|| created_at.with_timezone(&zone).date_naive(), |date| date.earliest())
    }

    /// What `q` of the case list searches, in one line: initials, numbers, products, narrative, reporter.
    pub fn search_text(&self) -> String {
        let own = [
            &self.numero,
            &self.codigo_interno_lab,
            &self.cenafyt_codigo,
            &self.paciente_iniciales,
            &self.reportante_nombre,
            &self.reportante_contacto,
            &self.descripcion_evento,
        ];
        let products = self.productos.iter().flat_map(|product| [&product.nombre_producto, &product.ifa]);
        let words: Vec<&str> = own.into_iter().chain(products).filter_map(|text| text.as_deref()).collect();
        crate::text::fold(&words.join(" "))
    }
}

/// Whether two names are of one product: the same, or one says more ("Paracetamol", "Paracetamol 500 mg"). "Vitamina B" and
/// "Vitamina B12" are two; a product without a name may be any.
pub fn is_same_name(one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return true };
    let (one, other) = (crate::text::fold(one), crate::text::fold(other));
    let says_more = |longer: &str, name: &str| longer.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    says_more(&one, &other) || says_more(&other, &one)
}
