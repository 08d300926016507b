//! The fields of an object, a form or a query: read one by one, or described.

use followup_answers::Refusal;
use followup_domain::case::FieldError;
use followup_words::answers as texts;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};

use super::described::{Described, Property, named, nullable};
use super::kinds::{Kind, Use, whole_number};
use super::{Input, LIST_LENGTH, NO_NUL, Place};
use crate::errors::ApiError;
use crate::json::Json;

/// Fields that are being read, or described. What is sent and never asked for is refused by name.
pub(crate) struct Fields {
    place: Place,
    sent: Vec<(String, Json)>,
    errors: Vec<FieldError>,
    described: Option<Described>,
}

/// How many objects a list has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Items {
    /// An empty list is refused with this text.
    pub(crate) none: &'static str,
    /// At most so many.
    pub(crate) most: usize,
}

impl Fields {
    pub(crate) fn of_object(members: Vec<(String, Json)>) -> Self {
        Self { place: Place::Body, sent: members, errors: Vec::new(), described: None }
    }

    /// Those of a query or a form, and what could not be decoded of it.
    pub(crate) fn of_texts(values: Vec<(String, String)>) -> Self {
        let sent = values.into_iter().map(|(name, value)| (name, Json::Text(value))).collect();
        Self { place: Place::Address, sent, errors: Vec::new(), described: None }
    }

    /// # Errors
    /// Everything that was refused, and what was never asked for.
    pub(crate) fn read<I: Input>(mut self) -> Result<I::Value, ApiError> {
        let read = I::read(&mut self);
        self.finish()?;
        read.ok_or_else(|| Refusal::Internal("a required field was neither read nor refused".into()).into())
    }

    pub(super) fn describe<I: Input>(place: Place) -> Described {
        let mut fields = Self { place, sent: Vec::new(), errors: Vec::new(), described: Some(Described::new()) };
        let _ = I::read(&mut fields);
        fields.described.unwrap_or_else(Described::new)
    }

    /// A field that may be absent.
    pub(crate) fn optional<K: Kind>(&mut self, name: &'static str, kind: K, about: &'static str) -> Option<K::Value> {
        self.field(name, &kind, about, false)
    }

    /// A field that must be there and say something.
    pub(crate) fn required<K: Kind>(&mut self, name: &'static str, kind: K, about: &'static str) -> Option<K::Value> {
        self.field(name, &kind, about, true)
    }

    /// A field that must be there; that it is absent is the use case's to say.
    pub(crate) fn awaited<K: Kind>(&mut self, name: &'static str, kind: K, about: &'static str) -> Option<K::Value> {
        self.field(name, &kind, about, self.described.is_some())
    }

    /// A field that is known, and refused with this text when it is given.
    pub(crate) fn not_here(&mut self, name: &'static str, refusal: &str, about: &'static str) {
        if self.described.is_some() {
            self.add(name, about, false, ObjectBuilder::new().schema_type(Type::Null).into());
        } else if self.take(name).is_some() {
            self.refuse::<()>(name, refusal);
        }
    }

    /// A list of texts, which may be absent.
    pub(crate) fn texts(&mut self, name: &'static str, about: &'static str) -> Option<Vec<String>> {
        if self.described.is_some() {
            let item = ObjectBuilder::new().schema_type(Type::String).pattern(Some(NO_NUL));
            let list: Schema = ArrayBuilder::new().items(item).max_items(Some(LIST_LENGTH)).into();
            self.add(name, about, false, nullable(list).into());
            return None;
        }
        let items = self.list(name, LIST_LENGTH)?;
        let mut texts = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            match item {
                Json::Text(text) if text.contains('\0') => {
                    self.refuse::<()>(&format!("{name}[{index}]"), texts::NUL_CHARACTER).unwrap_or_default()
                }
                Json::Text(text) => texts.push(text),
                _ => self.refuse::<()>(&format!("{name}[{index}]"), texts::TEXT_EXPECTED).unwrap_or_default(),
            }
        }
        Some(texts)
    }

    /// A list of so many whole numbers, which may be absent.
    pub(crate) fn numbers(&mut self, name: &'static str, most: usize, about: &'static str) -> Option<Vec<i64>> {
        if self.described.is_some() {
            let list: Schema = ArrayBuilder::new().items(whole_number()).max_items(Some(most)).into();
            self.add(name, about, false, nullable(list).into());
            return None;
        }
        let items = self.list(name, most)?;
        let mut numbers = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            match item {
                Json::Integer(number) => numbers.push(number),
                _ => self.refuse::<()>(&format!("{name}[{index}]"), texts::INTEGER_EXPECTED).unwrap_or_default(),
            }
        }
        Some(numbers)
    }

    /// A list of objects that must be there; what is wrong in one is named `name[i].field`.
    pub(crate) fn objects<I: Input>(&mut self, name: &'static str, count: Items, about: &'static str) -> Option<Vec<I::Value>> {
        if self.described.is_some() {
            self.describe_objects::<I>(name, count, about);
            return None;
        }
        let was_refused = self.errors.len();
        let Some(items) = self.list(name, count.most) else {
            return if self.errors.len() == was_refused { self.refuse(name, texts::REQUIRED) } else { None };
        };
        if items.is_empty() {
            return self.refuse(name, count.none);
        }
        let mut objects = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let Json::Object(members) = item else {
                self.refuse::<()>(&format!("{name}[{index}]"), texts::OBJECT_EXPECTED);
                continue;
            };
            match super::object::<I>(members) {
                Ok(object) => objects.push(object),
                Err(ApiError::Refused(Refusal::Invalid(errors))) => {
                    let within = errors.into_iter().map(|error| FieldError::new(format!("{name}[{index}].{}", error.field), error.message));
                    self.errors.extend(within);
                }
                Err(_) => return None,
            }
        }
        Some(objects)
    }

    /// One of several forms of the object: `sent` says which one it is, `read` reads the rest of it. The document shows each of `all`.
    pub(crate) fn form<F: Copy, T>(
        &mut self,
        all: &[F],
        sent: impl FnOnce(&Self) -> F,
        mut read: impl FnMut(&mut Self, F) -> Option<T>,
    ) -> Option<T> {
        let Some(described) = &mut self.described else {
            let form = sent(self);
            return read(self, form);
        };
        let before = std::mem::take(&mut described.forms);
        let mut forms = Vec::new();
        for form in all {
            if let Some(described) = &mut self.described {
                described.forms.clone_from(&before);
            }
            let _ = read(self, *form);
            forms.extend(self.described.iter_mut().flat_map(|described| std::mem::take(&mut described.forms)));
        }
        if let Some(described) = &mut self.described {
            described.forms = forms;
        }
        None
    }

    /// Whether a field is given and not null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.sent.iter().any(|(field, value)| field == name && *value != Json::Null)
    }

    /// A field's text before it is read; none when it is absent, null or no text.
    pub(crate) fn peek(&self, name: &str) -> Option<&str> {
        self.sent
            .iter()
            .find(|(field, _)| field == name)
            .and_then(|(_, value)| if let Json::Text(text) = value { Some(text.as_str()) } else { None })
    }

    /// Names a field as not valid.
    pub(crate) fn refuse<T>(&mut self, name: &str, message: &str) -> Option<T> {
        self.errors.push(FieldError::new(name, message));
        None
    }

    fn field<K: Kind>(&mut self, name: &'static str, kind: &K, about: &'static str, required: bool) -> Option<K::Value> {
        if self.described.is_some() {
            let schema = Schema::from(kind.schema(Use { place: self.place, required }));
            let may_be_null = self.place == Place::Body && !required;
            self.add(name, about, required, if may_be_null { nullable(schema) } else { schema }.into());
            return None;
        }
        let refused = self.errors.len();
        let read = match self.take(name) {
            None => Ok(None),
            Some(Json::Text(text)) if self.place == Place::Address => kind.read_text(text),
            Some(value) => kind.read(value),
        };
        match read {
            Ok(Some(value)) => Some(value),
            Ok(None) if required && self.errors.len() == refused => self.refuse(name, texts::REQUIRED),
            Ok(None) => None,
            Err(message) => self.refuse(name, &message),
        }
    }

    fn add(&mut self, name: &'static str, about: &'static str, required: bool, schema: RefOr<Schema>) {
        if let Some(described) = &mut self.described {
            described.add(&Property { name, about, required, schema });
        }
    }

    fn describe_objects<I: Input>(&mut self, name: &'static str, count: Items, about: &'static str) {
        let (schema, nested) = super::schema_of::<I>(Place::Body);
        let list: Schema = ArrayBuilder::new().items(named(I::NAME)).min_items(Some(1)).max_items(Some(count.most)).into();
        self.add(name, about, true, list.into());
        if let Some(described) = &mut self.described {
            described.nested.push((I::NAME.to_owned(), schema.into()));
            described.nested.extend(nested);
        }
    }

    /// A field's value; null is absence. A parameter that is given twice is refused.
    fn take(&mut self, name: &str) -> Option<Json> {
        let position = self.sent.iter().position(|(field, _)| field == name)?;
        let value = self.sent.remove(position).1;
        let before = self.sent.len();
        self.sent.retain(|(field, _)| field != name);
        if self.sent.len() < before {
            return self.refuse(name, texts::REPEATED_PARAMETER);
        }
        Some(value).filter(|value| *value != Json::Null)
    }

    fn list(&mut self, name: &str, most: usize) -> Option<Vec<Json>> {
        match self.take(name)? {
            Json::List(items) if items.len() > most => self.refuse(name, &texts::too_many(most)),
            Json::List(items) => Some(items),
            _ => self.refuse(name, texts::LIST_EXPECTED),
        }
    }

    fn finish(mut self) -> Result<(), ApiError> {
        let unknown = match self.place {
            Place::Body => texts::UNKNOWN_FIELD,
            Place::Address => texts::UNKNOWN_PARAMETER,
        };
        for (name, _) in std::mem::take(&mut self.sent) {
            self.refuse::<()>(&name, unknown);
        }
        if self.errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(self.errors).into()) }
    }
}
