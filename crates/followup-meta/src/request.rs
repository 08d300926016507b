//! A message as Meta takes it (<https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages>).

use followup_domain::sending::{WhatsappContent, WhatsappParcel, WhatsappTemplate};
use serde::Serialize;

/// The body of the request.
#[derive(Serialize)]
pub(crate) struct Message<'m> {
    messaging_product: &'static str,
    recipient_type: &'static str,
    to: &'m str,
    #[serde(flatten)]
    content: Content<'m>,
    biz_opaque_callback_data: &'m str,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Content<'m> {
    Text { text: Text<'m> },
    Template { template: Template<'m> },
}

#[derive(Serialize)]
struct Text<'m> {
    preview_url: bool,
    body: &'m str,
}

#[derive(Serialize)]
struct Template<'m> {
    name: &'m str,
    language: Language<'m>,
    #[serde(skip_serializing_if = "Option::is_none")]
    components: Option<[Component<'m>; 1]>,
}

#[derive(Serialize)]
struct Language<'m> {
    policy: &'static str,
    code: &'m str,
}

#[derive(Serialize)]
struct Component<'m> {
    #[serde(rename = "type")]
    kind: &'static str,
    parameters: Vec<Parameter<'m>>,
}

#[derive(Serialize)]
struct Parameter<'m> {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Of a place with a name of words.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter_name: Option<&'m str>,
    text: &'m str,
}

impl<'m> Message<'m> {
    pub(crate) fn of(parcel: &'m WhatsappParcel) -> Self {
        let content = match &parcel.content {
            WhatsappContent::Text(body) => Content::Text { text: Text { preview_url: false, body } },
            WhatsappContent::Template(template) => Content::Template { template: Template::of(template) },
        };
        let to = parcel.to.as_e164();
        Self { messaging_product: "whatsapp", recipient_type: "individual", to, content, biz_opaque_callback_data: &parcel.reference }
    }
}

impl<'m> Template<'m> {
    fn of(template: &'m WhatsappTemplate) -> Self {
        let names = template.places.iter().map(Some).chain(std::iter::repeat(None));
        let parameters: Vec<_> = template
            .parameters
            .iter()
            .zip(names)
            .map(|(text, name)| Parameter { kind: "text", parameter_name: name.map(String::as_str).filter(|name| is_word(name)), text })
            .collect();
        let components = (!parameters.is_empty()).then_some([Component { kind: "body", parameters }]);
        // Meta knows no other policy, and its own document of the API wants it to be there.
        Self { name: &template.name, language: Language { policy: "deterministic", code: &template.language }, components }
    }
}

fn is_word(name: &str) -> bool {
    !name.bytes().all(|byte| byte.is_ascii_digit())
}
