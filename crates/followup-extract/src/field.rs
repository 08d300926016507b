//! The fields that the rules read, by their published names.

use followup_domain::ids::ProductId;

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident = $name:literal of $owner:ident as $kind:ident),+ $(,)?) => {
        /// A field of the case that the rules may fill.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $($(#[$doc])* $field),+ }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Self] = &[$(Self::$field),+];

            /// Its published name in a case or a product.
            pub fn name(self) -> &'static str {
                match self { $(Self::$field => $name),+ }
            }

            /// Whether each product has its own.
            pub fn is_of_product(self) -> bool {
                match self { $(Self::$field => matches!(Owner::$owner, Owner::Product)),+ }
            }

            pub(crate) fn kind(self) -> Kind {
                match self { $(Self::$field => Kind::$kind),+ }
            }
        }
    };
}

enum Owner {
    Case,
    Product,
}

/// How what answers a field is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Initials,
    Date,
    Age,
    Sex,
    Weight,
    Pregnancy,
    Product,
    Dose,
    Frequency,
    Route,
    Lot,
    Outcome,
    Seriousness,
    YesNo,
    Action,
    Phone,
    Email,
    Person,
    Text,
}

fields! {
    /// Initials (E2B(R3) D.1).
    Initials = "paciente_iniciales" of Case as Initials,
    /// Date of birth (D.2.1).
    BirthDate = "paciente_fecha_nacimiento" of Case as Date,
    /// Age (D.2.2).
    Age = "paciente_edad" of Case as Age,
    /// Sex (D.5).
    Sex = "paciente_sexo" of Case as Sex,
    /// Weight in kilograms (D.3).
    Weight = "paciente_peso" of Case as Weight,
    /// Medical history (D.7).
    History = "paciente_comorbilidades" of Case as Text,
    /// Gestation (D.2.2.1).
    Pregnancy = "paciente_gestacion_meses_raw" of Case as Pregnancy,
    /// Date of death (D.9.1).
    DeathDate = "paciente_fecha_muerte" of Case as Date,
    /// Cause of death (D.9.2).
    DeathCause = "paciente_causa_muerte" of Case as Text,
    /// Whether there was an autopsy (D.9.3).
    Autopsy = "paciente_autopsia" of Case as YesNo,
    /// Concomitant medication.
    Concomitant = "medicacion_concomitante" of Case as Text,
    /// Product name (G.k.2.2).
    ProductName = "nombre_producto" of Product as Product,
    /// Dose (G.k.4.r.1).
    Dose = "dosis" of Product as Dose,
    /// Frequency (G.k.4.r.2, 3).
    Frequency = "frecuencia" of Product as Frequency,
    /// Route of administration (G.k.4.r.10).
    Route = "via_administracion" of Product as Route,
    /// Start of treatment (G.k.4.r.4).
    Start = "fecha_inicio" of Product as Date,
    /// End of treatment (G.k.4.r.5).
    End = "fecha_fin" of Product as Date,
    /// Batch or lot number (G.k.4.r.7).
    Lot = "nro_lote" of Product as Lot,
    /// Of a vaccine: which dose it was.
    DoseNumber = "numero_dosis" of Product as Text,
    /// Of a vaccine: where it was given.
    Site = "sitio_administracion" of Product as Text,
    /// Indication (G.k.7).
    Indication = "motivo_prescripcion" of Product as Text,
    /// Action taken with the drug (G.k.8).
    Action = "accion_tomada" of Product as Action,
    /// Rechallenge (G.k.9.i.4).
    Rechallenge = "reexposicion" of Product as Text,
    /// Event as reported (E.i.1).
    Event = "descripcion_evento" of Case as Text,
    /// Start of the event (E.i.4).
    EventStart = "fecha_inicio_evento" of Case as Date,
    /// End of the event (E.i.5).
    EventEnd = "fecha_fin_evento" of Case as Date,
    /// Outcome (E.i.7).
    Outcome = "ea_desenlace" of Case as Outcome,
    /// Seriousness (E.i.3.2).
    Seriousness = "gravedad" of Case as Seriousness,
    /// Tests (F.r).
    Tests = "pruebas_resultados" of Case as Text,
    /// The reporter's name (C.2.r.1).
    ReporterName = "reportante_nombre" of Case as Person,
    /// The reporter's qualification (C.2.r.4).
    Occupation = "reportante_ocupacion" of Case as Text,
    /// The reporter's telephone.
    Phone = "reportante_telefono" of Case as Phone,
    /// The reporter's e-mail address.
    Email = "reportante_email" of Case as Email,
}

impl Field {
    /// Finds a field by its published name.
    pub fn find(name: &str) -> Option<Self> {
        let name = if name == "producto_sospechoso" { "nombre_producto" } else { name };
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }
}

/// A field, of which product where products have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The field.
    pub field: Field,
    /// The product's stable id; none for a field of the case, or where nobody can say which product is meant.
    pub product: Option<ProductId>,
}

impl Target {
    /// A field of the case.
    pub fn of_case(field: Field) -> Self {
        Self { field, product: None }
    }

    /// A field of a product.
    pub fn of_product(field: Field, product: ProductId) -> Self {
        Self { field, product: Some(product) }
    }
}

#[cfg(test)]
mod tests {
    use followup_domain::asking::catalogue::CATALOGUE;
    use followup_domain::case::{CaseRecord, Product};

    use super::*;

    #[test]
    fn every_field_of_the_catalogue_can_be_filled() {
        for spec in CATALOGUE {
            let alternatives = spec.or_any_of.iter().filter(|name| Field::find(name).is_some()).count();
            assert!(Field::find(spec.field).is_some() || alternatives > 0 || spec.field == "paciente_causa_autopsia", "{}", spec.field);
        }
    }

    #[test]
    fn every_field_is_one_that_a_case_or_a_product_has() {
        for field in Field::ALL {
            let names = if field.is_of_product() { Product::FIELDS } else { CaseRecord::FIELDS };
            assert!(names.contains(&field.name()), "{}", field.name());
        }
    }
}
