//! A partial update of a case by field names, as a request gives it: everything is checked before anything changes.

use super::kept::Kept;
use super::record::{CaseRecord, Event, Product, is_same_name};
use super::scalar::Scalar;
use super::values::InvalidValue;
use crate::ids::ProductId;

/// The flat name of the main suspect product's name.
const MAIN_PRODUCT_NAME: &str = "producto_sospechoso";
/// The list of suspect products.
const PRODUCTS: &str = "productos";
/// The member of a suspect product that says which one it is.
const PRODUCT_ID: &str = "id";

/// The fields that a request gives, in its order; lists replace the stored ones.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CasePatch {
    /// Flat fields by name. A product's field name means the main suspect product.
    pub fields: Vec<(String, Scalar)>,
    /// Suspect products. One that has the `id` of a stored one, or the place and the name of one, is that product.
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
            record.productos = products_of(objects, std::mem::take(&mut record.productos), &mut errors);
            record.kept.remove(PRODUCTS);
        }
        if let Some(objects) = self.concomitantes {
            record.concomitantes = objects_of("concomitantes", objects, std::mem::take(&mut record.concomitantes), &mut errors);
            record.kept.remove("concomitantes");
        }
        if let Some(objects) = self.eventos {
            record.eventos = objects_of("eventos", objects, std::mem::take(&mut record.eventos), &mut errors);
            record.kept.remove("eventos");
        }
        for (field, value) in self.fields {
            let outcome = set_flat(record, &field, value);
            match outcome {
                Some(Ok(())) => {}
                Some(Err(problem)) => errors.push(FieldError::new(field, problem.0)),
                None => errors.push(FieldError::unknown(field)),
            }
        }
        record.number_products();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// Whether a request may use this flat name.
pub fn is_flat_field(name: &str) -> bool {
    name == MAIN_PRODUCT_NAME || CaseRecord::FIELDS.contains(&name) || Product::FIELDS.contains(&name)
}

fn set_flat(record: &mut CaseRecord, field: &str, value: Scalar) -> Option<Result<(), InvalidValue>> {
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
    let product = record.productos.first_mut()?;
    let name = product.nombre_producto.clone();
    let outcome = product.set(product_field, value);
    if !is_same_name(name.as_deref(), product.nombre_producto.as_deref()) {
        // Another product stands there now.
        product.id = None;
    }
    outcome
}

/// An object of a list.
trait Item: Default {
    /// The field that tells which one it is.
    const NAME: &'static str;
    const NAMES: &'static [&'static str];
    fn set_field(&mut self, field: &str, value: Scalar) -> Option<Result<(), InvalidValue>>;
    fn name(&self) -> Option<&str>;
    fn kept(&mut self) -> &mut Kept;
}

macro_rules! items {
    ($($type:ty: $name:ident),+) => {$(
        impl Item for $type {
            const NAME: &'static str = stringify!($name);
            const NAMES: &'static [&'static str] = Self::FIELDS;
            fn set_field(&mut self, field: &str, value: Scalar) -> Option<Result<(), InvalidValue>> {
                self.set(field, value)
            }
            fn name(&self) -> Option<&str> {
                self.$name.as_deref()
            }
            fn kept(&mut self) -> &mut Kept {
                &mut self.kept
            }
        }
    )+};
}
items!(Product: nombre_producto, Event: descripcion_evento);

/// The objects that a request gives. Those that stand where they stood keep what this release does not know of them.
fn objects_of<T: Item>(list: &str, objects: Vec<FieldList>, before: Vec<T>, errors: &mut Vec<FieldError>) -> Vec<T> {
    let mut before = before.into_iter();
    let item = |(index, object): (usize, FieldList)| {
        let known = before.next().filter(|known| is_same_name(known.name(), name_in::<T>(&object)));
        filled(kept_of(known, &object), list, index, object, errors)
    };
    (0..).zip(objects).map(item).collect()
}

fn filled<T: Item>(mut item: T, list: &str, index: usize, object: FieldList, errors: &mut Vec<FieldError>) -> T {
    for (field, value) in object {
        let path = || format!("{list}[{index}].{field}");
        match item.set_field(&field, value) {
            Some(Ok(())) => {}
            Some(Err(problem)) => errors.push(FieldError::new(path(), problem.0)),
            None => errors.push(FieldError::unknown(path())),
        }
    }
    item
}

/// The products that a request gives: those that were there before keep their ids, and what this release does not know of them.
fn products_of(objects: Vec<FieldList>, before: Vec<Product>, errors: &mut Vec<FieldError>) -> Vec<Product> {
    let mut before: Vec<Option<Product>> = before.into_iter().map(Some).collect();
    let mut objects: Vec<(FieldList, Option<Product>)> =
        (0..).zip(objects).map(|(index, object)| with_id(index, object, &mut before, errors)).collect();
    for ((object, known), here) in objects.iter_mut().zip(&mut before) {
        if known.is_none() && here.as_ref().is_some_and(|here| is_same_name(here.name(), name_in::<Product>(object))) {
            *known = here.take();
        }
    }
    let product = |(index, (object, known)): (usize, (FieldList, Option<Product>))| {
        let id = known.as_ref().and_then(|known| known.id);
        filled(Product { id, ..kept_of(known, &object) }, PRODUCTS, index, object, errors)
    };
    (0..).zip(objects).map(product).collect()
}

/// The product that a request names by its id. An id that the case does not have (any more) names none.
fn with_id(
    index: usize,
    mut object: FieldList,
    before: &mut [Option<Product>],
    errors: &mut Vec<FieldError>,
) -> (FieldList, Option<Product>) {
    let Some(place) = object.iter().position(|(field, _)| field == PRODUCT_ID) else { return (object, None) };
    let id = match object.remove(place).1 {
        Scalar::Null => return (object, None),
        #[allow(clippy::cast_possible_truncation)] // Checked to be whole and small.
        Scalar::Number(number) if number.fract() == 0.0 && ProductId::NAMED.contains(&(number as i64)) => ProductId(number as i64),
        _ => {
            errors.push(FieldError::new(format!("{PRODUCTS}[{index}].{PRODUCT_ID}"), "Se espera un número entero"));
            return (object, None);
        }
    };
    let known = before.iter_mut().find(|product| product.as_ref().is_some_and(|product| product.id == Some(id)));
    (object, known.and_then(Option::take))
}

fn name_in<T: Item>(object: &FieldList) -> Option<&str> {
    object.iter().find_map(|(field, value)| match value {
        Scalar::Text(name) if field == T::NAME => Some(name.trim()).filter(|name| !name.is_empty()),
        _ => None,
    })
}

/// What is kept of a known object: not the value of a field that the request leaves out, and so clears.
fn kept_of<T: Item>(known: Option<T>, object: &FieldList) -> T {
    let mut item = T::default();
    if let Some(mut known) = known {
        let kept = std::mem::take(known.kept());
        *item.kept() = kept;
        item.kept().retain(|name| !T::NAMES.contains(&name) || object.iter().any(|(field, _)| field == name));
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::KeptMember;

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

    fn products(objects: &[&[(&str, Scalar)]]) -> CasePatch {
        let object = |fields: &&[(&str, Scalar)]| fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        CasePatch { productos: Some(objects.iter().map(object).collect()), ..CasePatch::default() }
    }

    fn named(name: &str) -> (&str, Scalar) {
        ("nombre_producto", Scalar::Text(name.into()))
    }

    fn ids(record: &CaseRecord) -> Vec<i64> {
        record.productos.iter().map(|product| product.id.unwrap().0).collect()
    }

    #[test]
    fn a_product_keeps_its_id_by_place_and_name_or_by_the_id_given_back() {
        let id = |number: f64| ("id", Scalar::Number(number));
        let mut record = CaseRecord::default();
        products(&[&[named("Paracetamol")], &[named("Vitamina B")]]).apply(&mut record).unwrap();
        assert_eq!(ids(&record), [1, 2]);
        products(&[&[named("PARACETAMOL 500 mg")], &[named("Vitamina B12")]]).apply(&mut record).unwrap();
        assert_eq!(ids(&record), [1, 3], "Vitamina B12 is not Vitamina B");
        products(&[&[named("Complejo B"), id(3.0)], &[named("Paracetamol"), id(1.0)]]).apply(&mut record).unwrap();
        assert_eq!(ids(&record), [3, 1]);
        products(&[&[named("Paracetamol")], &[named("Complejo B"), id(3.0)], &[id(3.0)], &[id(99.0)]]).apply(&mut record).unwrap();
        assert_eq!(ids(&record), [4, 3, 5, 6], "a place counts with its name only, an id once, an unknown one not at all");
    }

    #[test]
    fn an_id_is_never_given_twice_in_a_case() {
        let mut record = CaseRecord::default();
        for (name, expected) in [("A", 1), ("B", 2), ("C", 3)] {
            products(&[]).apply(&mut record).unwrap();
            products(&[&[named(name)]]).apply(&mut record).unwrap();
            assert_eq!(ids(&record), [expected]);
        }
    }

    #[test]
    fn another_name_for_the_main_product_makes_it_another_product() {
        let mut record = CaseRecord::default();
        for (name, expected) in [("Paracetamol", 1), ("paracetamol 500 mg", 1), ("Warfarina", 2), ("", 2), ("Warfarina", 2)] {
            flat(&[("producto_sospechoso", name)]).apply(&mut record).unwrap();
            assert_eq!(ids(&record), [expected], "{name}");
        }
        let refused = products(&[&[("id", Scalar::Text("uno".into()))]]).apply(&mut record).unwrap_err();
        assert_eq!(refused[0].field, "productos[0].id");
    }

    #[test]
    fn what_is_kept_stays_until_the_field_is_given() {
        let kept = |text: &str| KeptMember { json: format!("{text:?}"), shown: Scalar::Text(text.into()) };
        let mut record = CaseRecord::default();
        record.kept.insert("gravedad", kept("Muy grave"));
        record.kept.insert("campo_nuevo", kept("x"));
        flat(&[("numero", "7"), ("gravedad", "Muy grave")]).apply(&mut record).unwrap();
        assert_eq!(record.get("gravedad"), Some(Scalar::Text("Muy grave".into())), "as it is stored, it is refused by nobody");
        assert!(flat(&[("gravedad", "Peor")]).apply(&mut record.clone()).is_err());
        flat(&[("gravedad", "grave")]).apply(&mut record).unwrap();
        assert_eq!((record.get("gravedad"), record.get("campo_nuevo")), (Some(Scalar::Text("Grave".into())), None));
        assert!(record.kept.holds("campo_nuevo") && !record.kept.holds("gravedad"));
    }

    #[test]
    fn a_product_that_stays_keeps_what_is_not_known_of_it() {
        let mut record = CaseRecord::default();
        products(&[&[named("A")]]).apply(&mut record).unwrap();
        for name in ["fecha_inicio", "via_nueva"] {
            record.productos[0].kept.insert(name, KeptMember { json: "\"ayer\"".into(), shown: Scalar::Text("ayer".into()) });
        }
        let again = ("fecha_inicio", Scalar::Text("ayer".into()));
        products(&[&[named("A"), again]]).apply(&mut record).unwrap();
        assert!(record.productos[0].kept.holds("fecha_inicio") && record.productos[0].kept.holds("via_nueva"));
        products(&[&[named("A")]]).apply(&mut record).unwrap();
        assert!(!record.productos[0].kept.holds("fecha_inicio") && record.productos[0].kept.holds("via_nueva"));
        products(&[&[named("Z")]]).apply(&mut record).unwrap();
        assert_eq!(record.productos[0].kept, Kept::default());

        let events = |text: &str| {
            let event = vec![("descripcion_evento".to_owned(), Scalar::Text(text.into()))];
            CasePatch { eventos: Some(vec![event]), ..CasePatch::default() }
        };
        events("Rash").apply(&mut record).unwrap();
        record.eventos[0].kept.insert("meddra", KeptMember { json: "7".into(), shown: Scalar::Number(7.0) });
        events("Rash severo").apply(&mut record).unwrap();
        assert!(record.eventos[0].kept.holds("meddra"));
        events("Fiebre").apply(&mut record).unwrap();
        assert_eq!(record.eventos[0].kept, Kept::default());
    }
}
