//! Whether reading takes linear time: for each kind of hostile text, the time at 10 MB, and its ratio to the time at 5 MB, which is 2
//! where time is linear and 4 where it is quadratic. `cargo bench -p followup-mail --bench linear`.

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use followup_domain::mail::inbound::MailReader;
use followup_mail::{MimeReader, split_reply, split_reply_knowing};

const SIZE: usize = 10_000_000;
const ATTRIBUTION: &str = "El lun, 4 mar 2024 a las 10:15, X <x@y.z> escribió:\n";
const HEADER: &str = "De: PV <pv@example.org>\nEnviado: lunes, 4 de marzo de 2024\nPara: x\nAsunto: y\n";
const LETTER: &str = "Para completar la evaluación del caso, necesitamos la siguiente información:\n- Sexo\n- Peso aproximado\n- Número de lote\nAtentamente,\nPV\n";

fn main() {
    let lines = [
        ("quote marks", "> \n"),
        ("one line of quote marks", ">"),
        ("attributions", ATTRIBUTION),
        ("attributions and quotes", "El 4/3/2024 10:15, X <x@y.z> escribió:\n> a\n"),
        ("header blocks", HEADER),
        ("De:", "De: x\n"),
        ("labels and colons", "De: a: para: b: cc: d: asunto: f: g:\n"),
        ("halves of attributions", "El lun, 4 mar 2024 a las 10:15,\n"),
        ("attributions behind words", "la paciente El lun, 4 mar 2024 a las 10:15, X <x@y.z> escribió: así y asá:\n"),
        ("addresses on lines of their own", "<\nmailto:x@y.z\n> wrote:\n"),
        ("words between dashes", "----- Mensaje de la caja -----\n"),
        ("forwards without an end", "--- Mensaje reenviado ---\n> a\n"),
        ("unspaced words", "年月日のメール于在に"),
        ("blank lines", "\n"),
        ("one line", "a"),
        ("one line of words", "a b "),
        ("rulers", "__________\n"),
        ("signature dashes", "-- \n"),
        ("devices", "Enviado desde mi iPhone\n"),
        ("closings", "Saludos,\nAna\n\n____\nx\n"),
        ("appeals", "Antes de imprimir este correo, piense en el medio ambiente.\n\n"),
        ("notices", "Este correo es confidencial, solo para el destinatario; está prohibido copiarlo.\n\n"),
        ("greater than", "Edad\n> 65 años\n"),
        ("answers inside", "> - Sexo\nF\n"),
        ("the letter again and again", LETTER),
    ];
    println!("{:<40}{:>12}{:>8}", "split_reply", "10 MB", "ratio");
    for (name, line) in lines {
        report(name, line, |text| drop(black_box(split_reply(text))));
    }
    report("one framed line", "a/", |text| drop(black_box(split_reply(&format!(">>> {text}1 >>>")))));
    println!("{:<40}{:>12}{:>8}", "split_reply_knowing", "10 MB", "ratio");
    for (name, line) in lines {
        report(name, line, |text| drop(black_box(split_reply_knowing(&format!("hola\n{HEADER}\n{LETTER}{text}"), LETTER))));
    }
    println!("{:<40}{:>12}{:>8}", "HTML read and shown", "10 MB", "ratio");
    for (name, markup) in [
        ("nested div", "<div>"),
        ("nested quotes", "<blockquote type=cite>"),
        ("table cells", "<td>x"),
        ("formatting and paragraphs", "<b><p>"),
        ("attributes", "<p a=b c='d' e>"),
        ("open comments", "<!--"),
        ("references", "&amp;"),
        ("<", "<"),
    ] {
        let reader = MimeReader::default();
        report(name, markup, |text| {
            let raw = format!("From: a@b.c\r\nContent-Type: text/html\r\n\r\n{text}");
            drop(black_box((reader.read(raw.as_bytes()), reader.html(raw.as_bytes()))));
        });
    }
}

fn report(name: &str, line: &str, work: impl Fn(&str)) {
    let half = best(&line.repeat(SIZE / 2 / line.len()), &work);
    let whole = best(&line.repeat(SIZE / line.len()), &work);
    println!("{name:<40}{:>9} ms{:>8.1}", whole.as_millis(), whole.as_secs_f64() / half.as_secs_f64());
}

fn best(text: &str, work: impl Fn(&str)) -> Duration {
    let once = |_| {
        let start = Instant::now();
        work(text);
        start.elapsed()
    };
    (0..2).map(once).min().unwrap_or_default()
}
