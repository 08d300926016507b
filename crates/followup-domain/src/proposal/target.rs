//! The field of which something is said.

use crate::asking::catalogue::{CATALOGUE, FieldSpec, Group};
use crate::asking::missing::FieldPath;
use crate::case::{CaseRecord, FieldError, Product, Scalar};
use crate::ids::ProductId;

/// A field of a case by its published name, or of one of its suspect products.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldTarget {
    /// The published name, as in [`CaseRecord::FIELDS`] or [`Product::FIELDS`].
    pub field: String,
    /// The product; none for a field of the case, and where the answer does not say which.
    pub product: Option<ProductId>,
}

impl FieldTarget {
    /// A field of the case.
    pub fn of_case(field: impl Into<String>) -> Self {
        Self { field: field.into(), product: None }
    }

    /// Whether it is a field that each product has.
    pub fn is_of_product(&self) -> bool {
        Product::FIELDS.contains(&self.field.as_str())
    }

    /// Whether it says which product is meant, where products have the field.
    pub fn is_decided(&self) -> bool {
        self.product.is_some() || !self.is_of_product()
    }

    /// Its path in the case as it is now: `productos[0].dosis`. None where the case has no such field, or the product is not there any more.
    pub fn path(&self, record: &CaseRecord) -> Option<String> {
        match (self.is_of_product(), self.product) {
            (true, Some(id)) => record.place_of(id).map(|place| format!("productos[{place}].{}", self.field)),
            (true, None) => None,
            (false, _) => CaseRecord::FIELDS.contains(&self.field.as_str()).then(|| self.field.clone()),
        }
    }

    /// What the case says there now; none where it has no such field.
    pub fn get(&self, record: &CaseRecord) -> Option<Scalar> {
        match (self.is_of_product(), self.product) {
            (true, Some(id)) => record.productos.get(record.place_of(id)?)?.get(&self.field),
            (true, None) => None,
            (false, _) => record.get(&self.field),
        }
    }

    /// Writes a value there.
    ///
    /// # Errors
    /// The value is refused, or the case has no such field or product any more.
    pub fn set(&self, record: &mut CaseRecord, value: Scalar) -> Result<(), FieldError> {
        let name = self.path(record).unwrap_or_else(|| self.field.clone());
        let set = match (self.is_of_product(), self.product) {
            (true, Some(id)) => {
                let place = record.place_of(id);
                place.and_then(|place| record.productos.get_mut(place)).and_then(|product| product.set(&self.field, value))
            }
            (true, None) => None,
            (false, _) => record.set(&self.field, value),
        };
        match set {
            Some(Ok(())) => Ok(()),
            Some(Err(refused)) => Err(FieldError::new(name, refused.0)),
            None => Err(FieldError::new(name, "El caso ya no tiene este campo")),
        }
    }

    /// The item of the catalogue that it answers, where it stands now.
    pub fn item(&self, record: &CaseRecord) -> Option<FieldPath> {
        let spec = self.spec()?;
        let product = match (spec.group, self.product) {
            (Group::Product, Some(id)) => Some(record.place_of(id)?),
            (Group::Product, None) => return None,
            _ => None,
        };
        Some(FieldPath { product, field: spec.field })
    }

    /// The row of the catalogue that it answers: its own, or one that it answers too.
    pub fn spec(&self) -> Option<&'static FieldSpec> {
        FieldSpec::find(&self.field).or_else(|| CATALOGUE.iter().find(|spec| spec.or_any_of.contains(&self.field.as_str())))
    }

    /// The field that an item of the catalogue asks for, of which product.
    pub fn of_item(path: &FieldPath, product: Option<ProductId>) -> Self {
        let field = if path.field == "producto_sospechoso" { "nombre_producto" } else { path.field };
        Self { field: field.to_owned(), product }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> CaseRecord {
        let named = |name: &str, id| Product { nombre_producto: Some(name.into()), id: Some(ProductId(id)), ..Product::default() };
        CaseRecord { productos: vec![named("Amoxicilina", 7), named("Ibuprofeno", 9)], ..CaseRecord::default() }
    }

    #[test]
    fn a_product_is_its_id_wherever_it_stands() {
        let (mut record, dose) = (record(), FieldTarget { field: "dosis".into(), product: Some(ProductId(9)) });
        dose.set(&mut record, Scalar::Text("400 mg".into())).unwrap();
        assert_eq!((record.productos[0].dosis.as_deref(), record.productos[1].dosis.as_deref()), (None, Some("400 mg")));
        assert_eq!(dose.path(&record).as_deref(), Some("productos[1].dosis"));
        record.productos.swap(0, 1);
        assert_eq!((dose.path(&record).as_deref(), dose.get(&record)), (Some("productos[0].dosis"), Some(Scalar::Text("400 mg".into()))));
        record.productos.remove(0);
        let gone = dose.set(&mut record, Scalar::Text("1 g".into()));
        assert_eq!(gone.unwrap_err().message, "El caso ya no tiene este campo");
        assert!(FieldTarget { field: "dosis".into(), product: None }.set(&mut record, Scalar::Text("1 g".into())).is_err());
    }

    #[test]
    fn a_value_that_the_case_refuses_is_refused_under_its_path() {
        let mut record = record();
        let refused = FieldTarget::of_case("paciente_peso").set(&mut record, Scalar::Text("mucho".into())).unwrap_err();
        assert_eq!(refused.field, "paciente_peso");
        assert_eq!(record.paciente_peso, None);
    }

    #[test]
    fn an_age_answers_what_the_catalogue_asks_by_another_name() {
        let record = record();
        for spec in CATALOGUE {
            for name in spec.or_any_of.iter().chain([&spec.field]) {
                let target = FieldTarget { field: (*name).to_owned(), product: (spec.group == Group::Product).then_some(ProductId(7)) };
                assert!(target.item(&record).is_some(), "{name}");
            }
        }
    }
}
