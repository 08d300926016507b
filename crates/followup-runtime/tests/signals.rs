//! What signals do to a process. Has a `main` of its own: it starts itself again as the process under test.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::env;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

use followup_runtime::shutdown::Shutdown;

const CHILD: &str = "--as-process-under-test";

fn main() {
    match env::args().skip_while(|argument| argument != CHILD).nth(1).as_deref() {
        Some("graceful") => wait_for_signal(),
        Some("stuck") => {
            wait_for_signal();
            loop {
                thread::park();
            }
        }
        Some(other) => panic!("unknown behaviour {other}"),
        None => {
            for signal in ["TERM", "INT"] {
                first_signal_lets_the_process_finish(signal);
            }
            second_signal_ends_a_stuck_process_at_once("TERM", "TERM", 143);
            second_signal_ends_a_stuck_process_at_once("TERM", "INT", 130);
            println!("test result: ok. 4 passed");
        }
    }
}

fn wait_for_signal() {
    let shutdown = Shutdown::on_signals().unwrap();
    println!("ready");
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(shutdown.triggered());
    println!("triggered");
}

fn first_signal_lets_the_process_finish(signal: &str) {
    let (mut child, mut lines) = start("graceful");
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    send(signal, &child);
    assert_eq!(lines.next().unwrap().unwrap(), "triggered");
    assert_eq!(child.wait().unwrap().code(), Some(0), "after SIG{signal}");
}

fn second_signal_ends_a_stuck_process_at_once(first: &str, second: &str, code: i32) {
    let (mut child, mut lines) = start("stuck");
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    send(first, &child);
    assert_eq!(lines.next().unwrap().unwrap(), "triggered");
    send(second, &child);
    assert_eq!(child.wait().unwrap().code(), Some(code), "after SIG{first} and SIG{second}");
}

fn start(behaviour: &str) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut child = Command::new(env::current_exe().unwrap()).args([CHILD, behaviour]).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, lines)
}

fn send(signal: &str, child: &Child) {
    let status = Command::new("sh").args(["-c", &format!("kill -{signal} {}", child.id())]).status().unwrap();
    assert!(status.success());
}
