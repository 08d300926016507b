//! What contradicts itself is told, never decided.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{TimeZone, Utc};
use followup_domain::case::PartialDate;
use followup_domain::ids::ProductId;
use followup_extract::{Conflict, Context, DayMonth, Field, ProductName, Target, extract};

fn context(products: &[&str]) -> Context {
    let sent_at = Utc.with_ymd_and_hms(2026, 3, 18, 15, 0, 0).unwrap();
    let products: Vec<_> = products.iter().zip(1..).map(|(name, id)| ProductName { id: ProductId(id), name: (*name).to_owned() }).collect();
    let mut asked = Vec::new();
    for field in [Field::Weight, Field::Age, Field::EventStart, Field::EventEnd] {
        asked.push(Target::of_case(field));
    }
    asked.extend(products.iter().map(|product| Target::of_product(Field::Lot, product.id)));
    Context { asked, products, birth: PartialDate::parse("2020-05-01").ok(), ..Context::at(sent_at, chrono_tz::America::Lima) }
}

fn conflicts(text: &str, products: &[&str], field: Field) -> Vec<Vec<Conflict>> {
    let read = extract(text, &context(products));
    read.proposals.into_iter().filter(|proposal| proposal.target.field == field).map(|proposal| proposal.conflicts).collect()
}

#[test]
fn contradictions_are_told_with_each_value() {
    let one = &["Enalapril 10 mg"][..];
    for (text, field, expected) in [
        ("Peso: 680 kg", Field::Weight, Conflict::OutOfRange),
        ("Fecha de inicio del evento: 12/11/2026", Field::EventStart, Conflict::Future),
        ("Fecha de inicio del evento: 12/11/2019", Field::EventStart, Conflict::Birth),
        ("Inicio del evento: 12/03/2026\nFin del evento: 10/03/2026", Field::EventEnd, Conflict::Order),
    ] {
        assert_eq!(conflicts(text, one, field), [vec![expected]], "{text}");
    }
    assert_eq!(conflicts("Peso: 70 kg\nPeso: 77 kg", one, Field::Weight), [vec![Conflict::SeveralValues], vec![Conflict::SeveralValues]]);
    assert_eq!(conflicts("lote 77812A", &["Enalapril 10 mg", "Losartan 50 mg"], Field::Lot), [vec![Conflict::WhichProduct]]);
}

#[test]
fn the_country_decides_day_and_month() {
    let context = Context { day_month: DayMonth::of_country("US"), ..context(&[]) };
    let read = extract("Fecha de inicio del evento: 03/04/2025", &context);
    assert_eq!(read.proposals[0].value.as_deref(), Some("2025-03-04"));
}

#[test]
fn lines_of_the_letter_are_ours() {
    let letter = "Estimada doctora:\n- Peso aproximado\n- Número de lote del producto\nTeléfono: 01 555 0100\n".to_owned();
    let context = Context { letter: Some(letter), ..context(&["Enalapril 10 mg"]) };
    let read = extract("- Peso aproximado\n70 kg\n- Número de lote del producto\nE2231\nTeléfono: 01 555 0100", &context);
    let told: Vec<_> = read.proposals.iter().map(|proposal| (proposal.target.field, proposal.value.clone().unwrap_or_default())).collect();
    assert_eq!(told, [(Field::Weight, "70".to_owned()), (Field::Lot, "E2231".to_owned())]);
}
