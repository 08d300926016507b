//! A partial update of a case by field names, as a request gives it: everything is checked before anything changes.

use super::record::{CaseRecord, Event, Product};
use super::scalar::Scalar;

/// The flat name of the main suspect product's name.
const MAIN_PRODUCT_NAME: &str = "producto_sospechoso";

/// The fields that a request gives, in its order; lists replace the stored ones.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CasePatch {
    /// Flat fields by name. A product's field name means the main suspect product.
    pub fields: Vec<(String, Scalar)>,
    /// Suspect products.
    pub productos: Option<Vec<FieldList>>,
    /// Concomitant products.
    pub concomitantes: Option<Vec<FieldList>>,
    /// Further events.
    pub eventos: Option<Vec<FieldList>>,
}

/// One object of a list: its fields by name.
pub type FieldList = Vec<(String, Scalar)>;

/// A field that was refused, named as the request named it (`productos[1].dosis`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct FieldError {
    /// The field's path.
    pub field: String,
    /// What is wrong, for the person who sent it.
    pub message: String,
}

impl FieldError {
    /// A refused field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }

    fn unknown(field: impl Into<String>) -> Self {
        Self::new(field, "Campo desconocido")
    }
}

impl CasePatch {
    /// Applies every field to `record`. On error `record` may be half changed: apply to a copy.
    ///
    /// # Errors
    /// All refused fields, not only the first.
    pub fn apply(self, record: &mut CaseRecord) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if let Some(objects) = self.productos {
            record.productos = objects_of("productos", objects, &mut errors);
        }
        if let Some(objects) = self.concomitantes {
            record.concomitantes = objects_of("concomitantes", objects, &mut errors);
        }
        if let Some(objects) = self.eventos {
            record.eventos = objects_of("eventos", objects, &mut errors);
        }
        for (field, value) in self.fields {
            let outcome = set_flat(record, &field, value);
            match outcome {
                Some(Ok(())) => {}
                Some(Err(problem)) => errors.push(FieldError::new(field, problem.0)),
                None => errors.push(FieldError::unknown(field)),
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// Whether a request may use this flat name.
pub fn is_flat_field(name: &str) -> bool {
    name == MAIN_PRODUCT_NAME || CaseRecord::FIELDS.contains(&name) || Product::FIELDS.contains(&name)
}

fn set_flat(record: &mut CaseRecord, field: &str, value: Scalar) -> Option<Result<(), super::values::InvalidValue>> {
    if CaseRecord::FIELDS.contains(&field) {
        return record.set(field, value);
    }
    let product_field = if field == MAIN_PRODUCT_NAME { "nombre_producto" } else { field };
    if !Product::FIELDS.contains(&product_field) {
        return None;
    }
    if record.productos.is_empty() {
        if value == Scalar::Null {
            return Some(Ok(()));
        }
        record.productos.push(Product::default());
    }
    record.productos.first_mut()?.set(product_field, value)
}

trait Settable: Default {
    fn set_field(&mut self, field: &str, value: Scalar) -> Option<Result<(), super::values::InvalidValue>>;
}

impl Settable for Product {
    fn set_field(&mut self, field: &str, value: Scalar) -> Option<Result<(), super::values::InvalidValue>> {
        self.set(field, value)
    }
}

impl Settable for Event {
    fn set_field(&mut self, field: &str, value: Scalar) -> Option<Result<(), super::values::InvalidValue>> {
        self.set(field, value)
    }
}

fn objects_of<T: Settable>(list: &str, objects: Vec<FieldList>, errors: &mut Vec<FieldError>) -> Vec<T> {
    let mut read = Vec::with_capacity(objects.len());
    for (index, object) in objects.into_iter().enumerate() {
        let mut item = T::default();
        for (field, value) in object {
            let path = || format!("{list}[{index}].{field}");
            match item.set_field(&field, value) {
                Some(Ok(())) => {}
                Some(Err(problem)) => errors.push(FieldError::new(path(), problem.0)),
                None => errors.push(FieldError::unknown(path())),
            }
        }
        read.push(item);
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(fields: &[(&str, &str)]) -> CasePatch {
        let fields = fields.iter().map(|(field, value)| ((*field).to_owned(), Scalar::Text((*value).to_owned()))).collect();
        CasePatch { fields, ..CasePatch::default() }
    }

    #[test]
    fn producto_sospechoso_creates_the_first_product() {
        let mut record = CaseRecord::default();
        flat(&[("producto_sospechoso", "Paracetamol"), ("nro_lote", "L-1")]).apply(&mut record).unwrap();
        assert_eq!(record.productos.len(), 1);
        assert_eq!(record.producto_sospechoso(), Some("Paracetamol"));
        assert_eq!(record.productos[0].nro_lote.as_deref(), Some("L-1"));
    }

    #[test]
    fn every_refused_field_is_named() {
        let patch = CasePatch {
            productos: Some(vec![vec![("dosis".into(), Scalar::Bool(true)), ("dosi".into(), Scalar::Null)]]),
            ..flat(&[("paciente_sexo", "quizás"), ("pacient_edad", "4")])
        };
        let errors = patch.apply(&mut CaseRecord::default()).unwrap_err();
        let named: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(named, ["productos[0].dosis", "productos[0].dosi", "paciente_sexo", "pacient_edad"]);
    }

    #[test]
    fn fields_are_trimmed_and_blank_clears() {
        let mut record = CaseRecord { numero: Some("1".into()), ..CaseRecord::default() };
        flat(&[("numero", "   "), ("paciente_iniciales", " J.P. ")]).apply(&mut record).unwrap();
        assert_eq!((record.numero, record.paciente_iniciales.as_deref()), (None, Some("J.P.")));
    }

    #[test]
    fn nul_characters_are_refused() {
        assert!(flat(&[("numero", "a\0b")]).apply(&mut CaseRecord::default()).is_err());
    }

    #[test]
    fn a_measure_of_odd_signs_is_refused_and_one_that_says_nothing_clears() {
        for text in ["-", "?", "...", "N/A", "no sabe", "—"] {
            let mut record = CaseRecord::default();
            flat(&[("paciente_peso", "70")]).apply(&mut record).unwrap();
            flat(&[("paciente_peso", text)]).apply(&mut record).unwrap();
            assert_eq!(record.paciente_peso, None, "{text}");
        }
        for text in ["\u{84}", "★", "🌳", "\u{200b}"] {
            assert!(flat(&[("paciente_peso", text)]).apply(&mut CaseRecord::default()).is_err(), "{text:?}");
        }
    }
}
