//! The rules as the application calls them.

use followup_domain::case::{CaseRecord, Scalar};
use followup_domain::proposal::{
    AnswerReader, AnswerReading, AnswerToRead, Conflict as Told, FieldTarget, NewProposal, Precision as Exactness, ProposalClass, SaidState,
};

use crate::extract;
use crate::field::{Field, Target};
use crate::input::{Context, DayMonth, ProductName};
use crate::proposal::{Class, Conflict, Precision, Proposal, State};
use crate::reading::VERSION;

/// The rules of this crate.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extractor;

impl AnswerReader for Extractor {
    fn version(&self) -> String {
        format!("extract/{VERSION}")
    }

    fn read(&self, answer: &AnswerToRead) -> AnswerReading {
        let found = extract(&answer.text, &context_of(answer));
        AnswerReading { proposals: found.proposals.into_iter().map(|found| proposed(found, &answer.text)).collect(), unread: found.unread }
    }
}

fn context_of(answer: &AnswerToRead) -> Context {
    let record = &answer.record;
    let asked: Vec<Target> = answer.asked.iter().filter_map(target_of).collect();
    let has = |target: &Target| target_name(*target).get(record).is_some_and(|value| value != Scalar::Null);
    let products = record.productos.iter().filter_map(|product| product.id);
    let of_products =
        products.flat_map(|id| Field::ALL.iter().filter(|field| field.is_of_product()).map(move |field| Target::of_product(*field, id)));
    let of_case = Field::ALL.iter().filter(|field| !field.is_of_product()).map(|field| Target::of_case(*field));
    let known = of_case.chain(of_products).filter(|target| has(target) && !asked.contains(target)).collect();
    Context {
        sent_at: answer.sent_at,
        zone: answer.zone,
        day_month: DayMonth::of_country(&answer.country.to_string()),
        asked,
        known,
        products: named_products(record),
        event: record.descripcion_evento.clone(),
        birth: record.paciente_fecha_nacimiento,
        letter: answer.letter.clone(),
    }
}

fn named_products(record: &CaseRecord) -> Vec<ProductName> {
    let named = |product: &followup_domain::case::Product| {
        Some(ProductName { id: product.id?, name: product.nombre_producto.clone().unwrap_or_default() })
    };
    record.productos.iter().filter_map(named).collect()
}

fn target_of(target: &FieldTarget) -> Option<Target> {
    Some(Target { field: Field::find(&target.field)?, product: target.product })
}

fn target_name(target: Target) -> FieldTarget {
    FieldTarget { field: target.field.name().to_owned(), product: target.product }
}

fn proposed(found: Proposal, text: &str) -> NewProposal {
    NewProposal {
        target: target_name(found.target),
        state: match found.state {
            State::Answered => SaidState::Answered,
            State::Unknown => SaidState::Unknown,
            State::Withheld => SaidState::Withheld,
            State::Later => SaidState::Later,
        },
        value: found.value.filter(|_| found.state == State::Answered),
        unit: found.unit.map(str::to_owned),
        precision: match found.precision {
            Precision::Exact => Exactness::Exact,
            Precision::Year => Exactness::Year,
            Precision::Month => Exactness::Month,
            Precision::Day => Exactness::Day,
            Precision::Approximate => Exactness::Approximate,
        },
        computed: found.computed,
        words: text.get(found.span.clone()).unwrap_or_default().to_owned(),
        span: found.span,
        rule: format!("{}/{}", found.rule.name, found.rule.version),
        class: match found.class {
            Class::A => ProposalClass::Labelled,
            Class::B => ProposalClass::BesideQuestion,
            Class::C => ProposalClass::FreeSentence,
        },
        conflicts: found.conflicts.into_iter().map(told).collect(),
    }
}

fn told(conflict: Conflict) -> Told {
    match conflict {
        Conflict::SeveralValues => Told::SeveralValues,
        Conflict::OutOfRange => Told::OutOfRange,
        Conflict::Future => Told::Future,
        Conflict::Birth => Told::Birth,
        Conflict::Order => Told::Order,
        Conflict::WhichProduct => Told::WhichProduct,
        Conflict::Corrected => Told::Corrected,
    }
}
