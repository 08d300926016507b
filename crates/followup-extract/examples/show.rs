//! Shows what is read in a text on standard input: `show [FIELD]… [--product NAME]…`, the fields being what was asked.
#![allow(clippy::print_stdout, reason = "a program whose purpose is to print")]

use std::io::Read as _;

use anyhow::{Context as _, Result};
use chrono::{TimeZone, Utc};
use followup_domain::ids::ProductId;
use followup_extract::{Context, Field, ProductName, Target, extract};

fn main() -> Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let mut context = Context::at(Utc.with_ymd_and_hms(2026, 3, 18, 15, 0, 0).single().context("a date")?, chrono_tz::America::Lima);
    let mut fields = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--product" {
            let id = ProductId(i64::try_from(context.products.len())? + 1);
            context.products.push(ProductName { id, name: arguments.next().context("a name")? });
        } else {
            fields.push(Field::find(&argument).with_context(|| argument.clone())?);
        }
    }
    for field in fields {
        let products: Vec<ProductId> = context.products.iter().map(|product| product.id).collect();
        if field.is_of_product() {
            context.asked.extend(products.into_iter().map(|product| Target::of_product(field, product)));
        } else {
            context.asked.push(Target::of_case(field));
        }
    }
    let extraction = extract(&text, &context);
    for read in &extraction.proposals {
        let product = read.target.product.map_or_else(String::new, |product| format!("[{product}]"));
        let value = read.value.as_deref().unwrap_or_default();
        let unit = read.unit.unwrap_or_default();
        println!(
            "{:?} {}{product} {:?} {value} {unit} «{}» {} {:?}",
            read.class,
            read.target.field.name(),
            read.state,
            &text[read.span.clone()],
            read.rule.name,
            read.conflicts
        );
    }
    for range in extraction.unread {
        println!("unread: {}", &text[range]);
    }
    Ok(())
}
