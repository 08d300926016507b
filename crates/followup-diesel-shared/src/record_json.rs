//! The case record as a JSON document: the fields that have a value, by their published names. A document is read tolerantly: what this
//! release does not know, or would not take, is kept and written back as it is.

use followup_domain::case::{CaseRecord, Event, InvalidValue, Kept, KeptMember, Product, Scalar};
use followup_domain::ids::ProductId;
use serde_json::{Map, Value};

/// The highest id that a product of the case ever had.
const LAST_PRODUCT: &str = "ultimo_producto";
/// Which product of the case it is.
const ID: &str = "id";
/// A member of a list that is no object is kept as a whole, under this name.
const WHOLE: &str = "";

/// A record, product or event: fields by name, and what is kept besides.
trait Fields {
    const NAMES: &'static [&'static str];
    fn value(&self, name: &str) -> Option<Scalar>;
    fn take(&mut self, name: &str, value: Scalar) -> Option<Result<(), InvalidValue>>;
    fn kept(&self) -> &Kept;
    fn kept_mut(&mut self) -> &mut Kept;
}

macro_rules! fields {
    ($($type:ty),+) => {$(
        impl Fields for $type {
            const NAMES: &'static [&'static str] = Self::FIELDS;
            fn value(&self, name: &str) -> Option<Scalar> {
                self.get(name)
            }
            fn take(&mut self, name: &str, value: Scalar) -> Option<Result<(), InvalidValue>> {
                self.set(name, value)
            }
            fn kept(&self) -> &Kept {
                &self.kept
            }
            fn kept_mut(&mut self) -> &mut Kept {
                &mut self.kept
            }
        }
    )+};
}
fields!(CaseRecord, Product, Event);

/// The document to store.
pub fn to_json(record: &CaseRecord) -> Value {
    let mut object = shown(record);
    let lists = [("productos", list(&record.productos, product)), ("concomitantes", list(&record.concomitantes, product))];
    for (name, list) in lists.into_iter().chain([("eventos", list(&record.eventos, shown))]).filter(|(_, list)| !list.is_empty()) {
        object.insert(name.to_owned(), Value::Array(list));
    }
    if record.last_product > 0 {
        object.insert(LAST_PRODUCT.to_owned(), Value::from(record.last_product));
    }
    Value::Object(object)
}

fn list<T: Fields>(items: &[T], object: impl Fn(&T) -> Map<String, Value>) -> Vec<Value> {
    let value = |item: &T| item.kept().get(WHOLE).map_or_else(|| Value::Object(object(item)), kept_value);
    items.iter().map(value).collect()
}

fn product(product: &Product) -> Map<String, Value> {
    let mut object = shown(product);
    if let Some(ProductId(id)) = product.id {
        object.insert(ID.to_owned(), Value::from(id));
    }
    object
}

fn kept_value(member: &KeptMember) -> Value {
    serde_json::from_str(&member.json).unwrap_or_default()
}

fn shown<T: Fields>(item: &T) -> Map<String, Value> {
    let value = |name: &&str| match item.value(name)? {
        Scalar::Null => None,
        Scalar::Text(text) => Some(Value::String(text)),
        Scalar::Number(number) => Some(Value::from(number)),
        Scalar::Bool(value) => Some(Value::Bool(value)),
    };
    let mut object: Map<String, Value> = T::NAMES.iter().filter_map(|name| Some(((*name).to_owned(), value(name)?))).collect();
    object.extend(item.kept().iter().map(|(name, member)| (name.to_owned(), kept_value(member))));
    object
}

/// The record of a stored document; `None` only for what is no object.
pub fn from_json(document: Value) -> Option<CaseRecord> {
    let Value::Object(object) = document else { return None };
    let mut record = CaseRecord::default();
    for (name, value) in object {
        match (name.as_str(), value) {
            ("productos", Value::Array(items)) => record.productos = items.into_iter().map(product_of).collect(),
            ("concomitantes", Value::Array(items)) => record.concomitantes = items.into_iter().map(product_of).collect(),
            ("eventos", Value::Array(items)) => record.eventos = items.into_iter().map(item_of).collect(),
            (LAST_PRODUCT, Value::Number(number)) if number.as_i64().is_some() => {
                record.last_product = number.as_i64().unwrap_or_default();
            }
            (_, value) => take(&mut record, name, value),
        }
    }
    Some(record)
}

fn product_of(value: Value) -> Product {
    let mut value = value;
    let id = value.get(ID).and_then(Value::as_i64).map(ProductId);
    if let (Some(_), Some(object)) = (id, value.as_object_mut()) {
        object.remove(ID);
    }
    Product { id, ..item_of(value) }
}

fn item_of<T: Fields + Default>(value: Value) -> T {
    let mut item = T::default();
    match value {
        Value::Object(object) => object.into_iter().for_each(|(name, value)| take(&mut item, name, value)),
        value => item.kept_mut().insert(WHOLE, kept(&value)),
    }
    item
}

fn take<T: Fields>(item: &mut T, name: String, value: Value) {
    let scalar = match &value {
        Value::Null => Some(Scalar::Null),
        Value::String(text) => Some(Scalar::Text(text.clone())),
        Value::Bool(value) => Some(Scalar::Bool(*value)),
        Value::Number(number) => number.as_f64().map(Scalar::Number),
        Value::Array(_) | Value::Object(_) => None,
    };
    let is_taken = scalar.and_then(|scalar| item.take(&name, scalar)).is_some_and(|taken| taken.is_ok());
    if !is_taken {
        item.kept_mut().insert(name, kept(&value));
    }
}

fn kept(value: &Value) -> KeptMember {
    let json = value.to_string();
    let shown = match value {
        Value::Null => Scalar::Null,
        Value::String(text) => Scalar::Text(text.clone()),
        Value::Bool(value) => Scalar::Bool(*value),
        Value::Number(number) => number.as_f64().map_or_else(|| Scalar::Text(json.clone()), Scalar::Number),
        Value::Array(_) | Value::Object(_) => Scalar::Text(json.clone()),
    };
    KeptMember { json, shown }
}

#[cfg(test)]
mod tests {
    use followup_domain::case::CasePatch;
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_without_a_value_are_not_stored() {
        let document = to_json(&CaseRecord::default());
        assert_eq!(document, json!({"estado": "Pendiente", "auto_followup": true}));
        assert_eq!(from_json(document), Some(CaseRecord::default()));
    }

    #[test]
    fn what_another_release_stored_comes_back_as_it_was() {
        for document in [
            json!({"estado": "Archivado", "auto_followup": "sí", "gravedad": {"grado": 5}, "paciente_edad": -3, "campo_nuevo": [1, null]}),
            json!({"estado": "Pendiente", "auto_followup": true, "productos": "ninguno", "eventos": {"a": 1}, "ultimo_producto": "x"}),
            json!({"estado": "Pendiente", "auto_followup": true, "productos": [{"id": 2, "nombre_producto": "A", "dosis": ["x"], "lote": 1}, 7, null],
                   "concomitantes": [{"id": "uno", "atc": "N02"}], "eventos": [{"gravedad": "Peor", "meddra": 10}], "ultimo_producto": 4}),
            json!({"estado": 7, "auto_followup": null, "fecha_recepcion": "2026-13-45"}),
        ] {
            let record = from_json(document.clone()).unwrap();
            assert_eq!(to_json(&record), document);
        }
    }

    #[test]
    fn what_the_rules_refuse_is_shown_and_what_is_no_object_is_not_read() {
        let record =
            from_json(json!({"estado": "Archivado", "paciente_sexo": {"codigo": 9}, "productos": [{"fecha_inicio": "ayer"}]})).unwrap();
        let text = |text: &str| Some(Scalar::Text(text.into()));
        assert_eq!((record.get("estado"), record.get("paciente_sexo")), (text("Archivado"), text("{\"codigo\":9}")));
        assert_eq!(record.productos[0].get("fecha_inicio"), text("ayer"));
        for document in [json!([]), json!("x"), json!(3), json!(null)] {
            assert_eq!(from_json(document), None);
        }
    }

    #[test]
    fn an_update_changes_what_it_names_and_keeps_the_rest() {
        let stored = json!({"estado": "Archivado", "auto_followup": true, "campo_nuevo": {"a": [1]}, "gravedad": "Peor", "numero": "1"});
        let mut record = from_json(stored).unwrap();
        let fields = vec![("numero".to_owned(), Scalar::Text("2".into())), ("gravedad".to_owned(), Scalar::Text("grave".into()))];
        CasePatch { fields, ..CasePatch::default() }.apply(&mut record).unwrap();
        let expected = json!({"estado": "Archivado", "auto_followup": true, "campo_nuevo": {"a": [1]}, "gravedad": "Grave", "numero": "2"});
        assert_eq!(to_json(&record), expected);
    }
}
