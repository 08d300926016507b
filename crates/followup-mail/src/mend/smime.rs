//! S/MIME in one piece (RFC 8551 §3.5.2): the mail's content stands inside the signature, where only programs that know S/MIME look for it.
//! It is put before the signature, as a part of its own. Nothing is verified.

use followup_domain::message::MailFlag;
use memchr::memmem;

use super::ber::{CONTEXT_0, OBJECT_IDENTIFIER, SEQUENCE, element, inside, octets};
use super::fields::ContentFields;
use super::parts::{Leaf, Parts, header_end, parts};
use super::{Edit, base64_body, edited, starts_ignoring_case};

/// So many of one mail are looked at.
const MOST: usize = 8;
/// Signed content may be signed again; nobody does it more often.
const DEEPEST: usize = 3;
/// Media types, and the ending of a file's name where a gateway changed the type.
const TYPES: &[&str] = &["application/pkcs7-mime", "application/x-pkcs7-mime"];
const ENDING: &str = ".p7m";

/// Object identifiers of content types (RFC 5652 §4 to §8, RFC 5083, RFC 3274), as they are encoded.
const SIGNED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const ENCRYPTED: &[&[u8]] =
    &[b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06", b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"];

/// The mail with signed content before its signature; none if there is none. What it learns of the mail is added to `flags`.
pub(super) fn unwrapped(raw: &[u8], parts: &Parts, flags: &mut Vec<MailFlag>) -> Option<Vec<u8>> {
    unwrapped_at(raw, parts, flags, 0)
}

fn unwrapped_at(raw: &[u8], of_mail: &Parts, flags: &mut Vec<MailFlag>, depth: usize) -> Option<Vec<u8>> {
    let mut edits = Vec::new();
    for leaf in of_mail.leaves.iter().filter(|leaf| !leaf.is_nested && is_smime(leaf)).take(MOST) {
        let Some(found) = content(&bytes(raw, leaf)) else { continue };
        let flag = match &found {
            Content::Signed(_) => MailFlag::UnverifiedSignature,
            Content::Encrypted => MailFlag::Encrypted,
        };
        if !flags.contains(&flag) {
            flags.push(flag);
        }
        if let Content::Signed(entity) = found {
            let entity = entity_of(entity);
            let inner = if depth < DEEPEST { unwrapped_at(&entity, &parts(&entity), flags, depth + 1) } else { None };
            edits.extend(beside(raw, leaf, &inner.unwrap_or(entity)).into_iter().flatten());
        }
    }
    (!edits.is_empty()).then(|| edited(raw, edits).into_owned())
}

fn is_smime(leaf: &Leaf) -> bool {
    let is_named = || leaf.fields.file_name().is_some_and(|name| name.to_ascii_lowercase().ends_with(ENDING));
    TYPES.contains(&leaf.fields.media_type().as_str()) || is_named()
}

fn bytes(raw: &[u8], leaf: &Leaf) -> Vec<u8> {
    let body = &raw[leaf.body.clone()];
    let is_binary = inside(body, SEQUENCE).is_some_and(|rest| rest.first() == Some(&OBJECT_IDENTIFIER));
    if is_binary { body.to_vec() } else { base64_body::decoded(body) }
}

enum Content {
    /// The entity that is signed.
    Signed(Vec<u8>),
    Encrypted,
}

/// What a ContentInfo (RFC 5652 §3) holds; none for what is nothing to be read, such as certificates.
fn content(bytes: &[u8]) -> Option<Content> {
    let (kind, rest) = element(inside(bytes, SEQUENCE)?)?;
    if kind.tag != OBJECT_IDENTIFIER {
        return None;
    }
    if ENCRYPTED.contains(&kind.contents) {
        return Some(Content::Encrypted);
    }
    if kind.contents != SIGNED {
        return None;
    }
    // SignedData: version, digest algorithms, and the content: its type, and it itself where it is not detached.
    let (_version, rest) = element(inside(inside(rest, CONTEXT_0)?, SEQUENCE)?)?;
    let (_algorithms, rest) = element(rest)?;
    let (_kind, rest) = element(inside(rest, SEQUENCE)?)?;
    let (string, _) = element(inside(rest, CONTEXT_0)?)?;
    octets(string).filter(|entity| !entity.is_empty()).map(Content::Signed)
}

/// The entity with a header section, be it an empty one. A mail that was wrapped to protect its header (RFC 8551 §3.1) stands for itself.
fn entity_of(entity: Vec<u8>) -> Vec<u8> {
    let line = entity.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    let has_header = name.len() < line.len() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    if !has_header && !line.trim_ascii().is_empty() {
        return [b"\r\n", entity.as_slice()].concat();
    }
    let end = header_end(&entity, 0);
    let fields = ContentFields::read(&entity, 0..end);
    let is_wrapped = fields.media_type() == "message/rfc822" && fields.parameter("forwarded").is_some_and(|value| value == "no");
    if is_wrapped { entity[end..].to_vec() } else { entity }
}

/// The part as two: the content, and the signature as it was.
fn beside(raw: &[u8], leaf: &Leaf, entity: &[u8]) -> Option<Vec<Edit>> {
    let boundary = fresh_boundary(raw, entity)?;
    let mut edits: Vec<Edit> = leaf.fields.all().iter().map(|field| Edit { range: field.range.clone(), bytes: Vec::new() }).collect();
    let described: Vec<u8> = edits.iter().flat_map(|edit| raw[edit.range.clone()].to_vec()).collect();
    let body = &raw[leaf.body.clone()];
    edits.first_mut()?.bytes = format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n").into_bytes();
    let delimiter = |ending: &str| format!("\r\n--{boundary}{ending}\r\n").into_bytes();
    let bytes = [delimiter("").trim_ascii_start(), entity, &delimiter(""), &described, b"\r\n", body, &delimiter("--")].concat();
    edits.push(Edit { range: leaf.body.clone(), bytes });
    Some(edits)
}

/// A name that stands in neither.
fn fresh_boundary(raw: &[u8], entity: &[u8]) -> Option<String> {
    let is_fresh = |name: &String| memmem::find(raw, name.as_bytes()).or_else(|| memmem::find(entity, name.as_bytes())).is_none();
    (0..8).map(|trial| format!("=_signed_{trial}_content")).find(is_fresh)
}

/// Whether a text is encrypted as OpenPGP writes it into plain text.
pub(crate) fn is_pgp_armour(text: &str) -> bool {
    text.lines().any(|line| starts_ignoring_case(line.trim_start().as_bytes(), b"-----BEGIN PGP MESSAGE-----"))
}
