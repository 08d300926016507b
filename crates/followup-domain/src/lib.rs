//! The rules of pharmacovigilance follow-up: what a case lacks, how it is asked for, and what became of asking.
//!
//! Pure: no I/O, no clock, no async; time and identifiers come in as arguments. Storage and transport stand behind the
//! traits in [`ports`]. Another service can use the rules alone:
//!
//! ```
//! use followup_domain::case::{CasePatch, CaseRecord, Scalar};
//! use followup_domain::contact::{Country, extract_channels};
//! use followup_domain::asking::catalogue::Group;
//! use followup_domain::ids::CaseId;
//! use followup_domain::asking::missing::{RequiredFields, by_group, compute_missing};
//! use followup_domain::asking::request::{Asking, LetterKind, Letterhead, compose_request};
//!
//! // A report arrives with gaps …
//! let given = [("producto_sospechoso", "Paracetamol"), ("paciente_iniciales", "J.P."), ("paciente_sexo", "F"), ("paciente_edad", "45 años")];
//! let fields = given.map(|(name, value)| (name.to_owned(), Scalar::Text(value.to_owned()))).to_vec();
//! let mut record = CaseRecord::default();
//! CasePatch { fields, ..CasePatch::default() }.apply(&mut record).unwrap();
//!
//! // … the rules say what is missing …
//! let missing = compute_missing(&record, &RequiredFields::standard());
//! assert_eq!(by_group(&missing)[&Group::Patient], ["peso"]);
//!
//! // … and in which words to ask for it.
//! let letterhead = Letterhead { unit_name: "Departamento de Farmacovigilancia".into(), ..Letterhead::default() };
//! let kind = LetterKind::Request;
//! let asking = Asking { case_id: CaseId(123), record: &record, missing: &missing, kind, received: &[], unknown: &[] };
//! let letter = compose_request(&asking, &letterhead);
//! let section = letter.sections.iter().find(|section| section.heading == "INFORMACIÓN DEL PACIENTE").unwrap();
//! assert_eq!(section.questions, ["Peso aproximado"]);
//!
//! // Whom to ask is read from free text.
//! let channels = extract_channels("Dra. Rojas, cel. 999 888 777, rojas@example.org", Country::default());
//! assert_eq!(channels.email.unwrap().as_str(), "rojas@example.org");
//! ```
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod asking;
pub mod audit;
pub mod board;
pub mod case;
pub mod contact;
pub mod ids;
pub mod mail;
pub mod message;
pub mod policy;
pub mod ports;
pub mod proposal;
mod published;
pub mod sending;
pub mod session;
pub mod text;
pub mod user;
pub mod warnings;
