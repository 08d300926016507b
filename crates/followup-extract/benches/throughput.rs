//! Replies per second whose values are read on one core, beside the mail reader on the same replies as mails, in one run and in turn;
//! then whether time grows with the text: for each kind of hostile text the time at 1 MB and its ratio to that at half of it.
//!
//! Figures are to be compared with the baseline of their own run, never with another machine's.
#![allow(clippy::print_stdout, reason = "the figures are this program's output")]
#![allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::{TimeZone, Utc};
use followup_domain::ids::ProductId;
use followup_domain::mail::inbound::MailReader;
use followup_extract::{Context, Field, ProductName, Target, extract};
use followup_mail::MimeReader;

const TIME: Duration = Duration::from_millis(2400);
const ROUNDS: u32 = 4;
const SIZE: usize = 1_000_000;

const KINDS: &[(&str, &str)] = &[
    ("text message", "peso 77 kg, 250mg c/6h, lote K7731B, me salio hace 2 dias y sigue igual"),
    (
        "labels",
        "Iniciales: M.L.R.\nEdad: 54 años\nSexo: F\nPeso: 71,5 kg\nDosis: 500 mg\nFrecuencia: cada 8 horas\nVía: oral\nLote: AX4471\nDesenlace: recuperado\n",
    ),
    (
        "between our questions",
        "Respondo abajo.\n\nEl mar, 10 mar 2026 a las 8:02, Unidad (<uf@example.test>) escribió:\n> - Peso aproximado\n72 kilos\n> - Dosis administrada (mg o tabletas)\n500 mg\n> - Número de lote del producto\nno lo tengo\n> - Estado actual del paciente (recuperado, en recuperación, etc.)\nrecuperado\n",
    ),
    (
        "letter of a hospital",
        "Estimados señores:\n\nLa paciente, mujer de sesenta y tres años, pesa unos 68 kilos y recibió amoxicilina 500 mg cada 8 horas por vía oral desde el 2 de marzo hasta el 9 de marzo de 2026, indicada por una sinusitis. El 8 de marzo presentó urticaria, por lo que se suspendió el medicamento; se manejó con clorfenamina 10 mg EV. No requirió hospitalización. El lote corresponde al AX-4471, con fecha de vencimiento 10/2027. A la fecha la urticaria desapareció por completo.\n\nAtentamente,\nDra. Inés Vargas Pinto\nPediatra\nCMP 55555\nCel. 999 111 222\n",
    ),
];

/// A line that is repeated to 1 MB.
const HOSTILE: &[(&str, &str)] = &[
    ("one line", "a"),
    ("words", "no si el la "),
    ("digits", "1 2 "),
    ("numbers in words", "sesenta y "),
    ("measures", "68 kg 500 mg "),
    ("dates", "el 2/3 "),
    ("labels", "Peso: Edad: "),
    ("label lines", "Peso: 68\n"),
    ("questions", "> ¿Peso?\n68\n"),
    ("lots", "lote "),
    ("persons", "mi mamá "),
    ("points", "a. "),
    ("colons", ":"),
    ("quote marks", ">"),
    ("brackets", "[AR: "),
    ("blank lines", "\n"),
];

fn main() {
    let context = context();
    println!("{:>28} {:>8} {:>12} {:>12} {:>7}", "", "bytes", "extract /s", "mail /s", "ratio");
    for (name, reply) in KINDS {
        measure(name, &[*reply], &context);
    }
    let all: Vec<&str> = KINDS.iter().map(|(_, reply)| *reply).collect();
    measure("all of these", &all, &context);
    println!("\n{:>28} {:>12} {:>7}", "hostile text", "1 MB", "ratio");
    for (name, line) in HOSTILE {
        let half = line.repeat(SIZE / 2 / line.len());
        let whole = line.repeat(SIZE / line.len());
        let (half, whole) = (once(&half, &context), once(&whole, &context));
        println!("{name:>28} {whole:>10.3} s {:>7.2}", whole / half);
    }
}

fn context() -> Context {
    let sent_at = Utc.with_ymd_and_hms(2026, 3, 18, 15, 0, 0).single().unwrap_or_default();
    let product = ProductId(1);
    let asked =
        Field::ALL.iter().map(|field| if field.is_of_product() { Target::of_product(*field, product) } else { Target::of_case(*field) });
    Context {
        asked: asked.collect(),
        products: vec![ProductName { id: product, name: "Amoxicilina 500 mg".to_owned() }],
        ..Context::at(sent_at, chrono_tz::America::Lima)
    }
}

fn measure(name: &str, replies: &[&str], context: &Context) {
    let mails: Vec<Vec<u8>> = replies.iter().map(|reply| mail(reply)).collect();
    let reader = MimeReader::default();
    let (mut own, mut mail) = (0.0, 0.0);
    for _ in 0..ROUNDS {
        mail += per_second(&mails, |raw| {
            let _ = black_box(reader.read(raw));
        });
        own += per_second(replies, |reply| {
            black_box(extract(reply, context));
        });
    }
    let (own, mail) = (own / f64::from(ROUNDS), mail / f64::from(ROUNDS));
    let bytes = replies.iter().map(|reply| reply.len()).sum::<usize>() / replies.len();
    println!("{name:>28} {bytes:>8} {own:>12.0} {mail:>12.0} {:>7.2}", mail / own);
}

fn mail(reply: &str) -> Vec<u8> {
    let header = "From: a@example.com\r\nTo: pv@example.org\r\nSubject: Re: ICSR\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
    format!("{header}{}", reply.replace('\n', "\r\n")).into_bytes()
}

fn per_second<T>(inputs: &[T], mut take: impl FnMut(&T)) -> f64 {
    let begin = Instant::now();
    let mut count = 0_u32;
    while begin.elapsed() < TIME / ROUNDS {
        inputs.iter().for_each(&mut take);
        count += u32::try_from(inputs.len()).unwrap_or(u32::MAX);
    }
    f64::from(count) / begin.elapsed().as_secs_f64()
}

fn once(text: &str, context: &Context) -> f64 {
    let begin = Instant::now();
    black_box(extract(text, context));
    begin.elapsed().as_secs_f64()
}
