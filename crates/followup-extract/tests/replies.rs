//! Replies in many hands' ways, all invented, with everything that is proposed of them. A block of `tests/replies/*.txt` has a name
//! (`==`), what was asked, the products, the reply (`|`), what must be proposed (`=`) and what may be (`?`); nothing else may.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{TimeZone, Utc};
use followup_domain::ids::ProductId;
use followup_extract::{Context, Field, ProductName, State, Target, extract};

#[derive(Debug, Default)]
struct Block {
    name: String,
    asked: Vec<Field>,
    products: Vec<String>,
    event: Option<String>,
    reply: Vec<String>,
    must: Vec<String>,
    may: Vec<String>,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix("== ") {
            blocks.push(Block { name: name.to_owned(), ..Block::default() });
            continue;
        }
        let block = blocks.last_mut().expect("a block begins with its name");
        match line.split_once(' ').unwrap_or((line, "")) {
            ("asked:", names) => block.asked = names.split(' ').map(|name| Field::find(name).expect(name)).collect(),
            ("product:", name) => block.products.push(name.to_owned()),
            ("event:", event) => block.event = Some(event.to_owned()),
            ("|", words) => block.reply.push(words.to_owned()),
            ("=", told) => block.must.push(told.to_owned()),
            ("?", told) => block.may.push(told.to_owned()),
            _ => panic!("{line}"),
        }
    }
    blocks
}

fn read(block: &Block) -> Vec<String> {
    // A Wednesday.
    let sent_at = Utc.with_ymd_and_hms(2026, 3, 18, 15, 0, 0).unwrap();
    let products: Vec<_> = block.products.iter().zip(1..).map(|(name, id)| ProductName { id: ProductId(id), name: name.clone() }).collect();
    let mut context = Context { event: block.event.clone(), ..Context::at(sent_at, chrono_tz::America::Lima) };
    for field in &block.asked {
        if field.is_of_product() {
            context.asked.extend(products.iter().map(|product| Target::of_product(*field, product.id)));
        } else {
            context.asked.push(Target::of_case(*field));
        }
    }
    context.products = products;
    let text = block.reply.join("\n");
    let extraction = extract(&text, &context);
    assert_eq!(extraction, extract(&text, &context), "the same text, the same proposals");
    let certain = extraction.proposals.iter().filter(|proposal| proposal.conflicts.is_empty());
    certain
        .map(|proposal| {
            let several = block.products.len() > 1;
            let product = proposal.target.product.filter(|_| several).map_or_else(String::new, |product| format!("[{product}]"));
            let said = match proposal.state {
                State::Answered => proposal.value.clone().unwrap_or_default(),
                State::Unknown => "unknown".to_owned(),
                State::Withheld => "withheld".to_owned(),
                State::Later => "later".to_owned(),
            };
            let unit = proposal.unit.map_or_else(String::new, |unit| format!(" {unit}"));
            format!("{}{product} {said}{unit}", proposal.target.field.name())
        })
        .collect()
}

fn check(text: &str) {
    let mut wrong = Vec::new();
    for block in blocks(text) {
        let told = read(&block);
        let missed: Vec<_> = block.must.iter().filter(|must| !told.contains(must)).collect();
        let more: Vec<_> = told.iter().filter(|told| !block.must.contains(told) && !block.may.contains(told)).collect();
        if !missed.is_empty() || !more.is_empty() {
            wrong.push(format!("{}\n    missed: {missed:?}\n    too much: {more:?}", block.name));
        }
    }
    assert!(wrong.is_empty(), "{} blocks:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_patient_is_read_and_nobody_else() {
    check(include_str!("replies/patient.txt"));
}

#[test]
fn the_product_is_read_and_no_other() {
    check(include_str!("replies/product.txt"));
}

#[test]
fn the_course_and_what_is_not_told_are_read() {
    check(include_str!("replies/course.txt"));
}

#[test]
fn replies_of_many_hands_are_read() {
    check(include_str!("replies/hands.txt"));
}

#[test]
fn further_replies_are_read() {
    check(include_str!("replies/further.txt"));
}

#[test]
fn answers_in_every_layout_are_read() {
    check(include_str!("replies/layouts.txt"));
}

#[test]
fn sentences_of_every_kind_are_read() {
    check(include_str!("replies/prose.txt"));
}

#[test]
fn replies_of_other_countries_are_read() {
    check(include_str!("replies/countries.txt"));
}

#[test]
fn traps_are_left_alone() {
    check(include_str!("replies/traps.txt"));
}

#[test]
fn labels_and_questions_with_stories_are_read() {
    check(include_str!("replies/answers.txt"));
}

#[test]
fn mixed_replies_are_read() {
    check(include_str!("replies/mixed.txt"));
}

#[test]
fn daily_replies_are_read() {
    check(include_str!("replies/daily.txt"));
}

#[test]
fn what_is_said_of_others_is_left_alone() {
    check(include_str!("replies/others.txt"));
}
