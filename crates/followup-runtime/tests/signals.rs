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
                println!("test first_signal_lets_the_process_finish ({signal}) ... ok");
            }
            for (first, second, code) in [("TERM", "TERM", 143), ("TERM", "INT", 130)] {
                second_signal_ends_a_stuck_process_at_once(first, second, code);
                println!("test second_signal_ends_a_stuck_process_at_once ({first}, {second}) ... ok");
            }
            println!("\ntest result: ok. 4 passed; 0 failed; 0 ignored");
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
    let mut process = Process::start("graceful");
    process.expect_line("ready");
    process.send(signal);
    process.expect_line("triggered");
    assert_eq!(process.child.wait().unwrap().code(), Some(0), "after SIG{signal}");
}

fn second_signal_ends_a_stuck_process_at_once(first: &str, second: &str, code: i32) {
    let mut process = Process::start("stuck");
    process.expect_line("ready");
    process.send(first);
    process.expect_line("triggered");
    process.send(second);
    assert_eq!(process.child.wait().unwrap().code(), Some(code), "after SIG{first} and SIG{second}");
}

/// The process under test; it does not outlive a failed assertion.
struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(behaviour: &str) -> Self {
        let mut child = Command::new(env::current_exe().unwrap()).args([CHILD, behaviour]).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn expect_line(&mut self, line: &str) {
        assert_eq!(self.lines.next().expect("the process goes on").unwrap(), line);
    }

    fn send(&self, signal: &str) {
        let status = Command::new("sh").args(["-c", &format!("kill -{signal} {}", self.child.id())]).status().unwrap();
        assert!(status.success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has usually ended and been waited for; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
