//! An IMAP server that says exactly what a test wants, in clear text on loopback.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What the server does upon a command.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Sends these lines (CRLF is added), then the tagged OK.
    Lines(&'static [&'static str]),
    /// Sends these bytes, then the tagged OK.
    Bytes(Vec<u8>),
    /// Waits for the test's word, then sends these bytes and the tagged OK.
    After(Arc<Notify>, Vec<u8>),
    /// Sends these bytes and falls silent, with the connection open.
    Stall(&'static str),
    /// Sends these bytes and hangs up.
    HangUp(&'static str),
    /// Sends a challenge in base64, and the tagged OK after one line in return.
    Challenge(&'static str),
    /// Consents to wait (IDLE), sends these lines, and after DONE the tagged OK.
    Idle(&'static [&'static str]),
    /// Refuses, in these words (`NO …`, `BAD …`).
    Refuse(&'static str),
}

/// The commands that a script did not foresee get what a mailbox with UIDVALIDITY 7 answers; nothing is found in it.
pub struct ScriptedServer {
    pub port: u16,
    commands: Arc<Mutex<Vec<String>>>,
}

/// The beginning of a command, and the answer to it. Each is used once, in order of the list.
pub type Script = Vec<(&'static str, Answer)>;

impl ScriptedServer {
    pub async fn start(script: Script) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let commands = Arc::new(Mutex::new(Vec::new()));
        let script = Arc::new(Mutex::new(VecDeque::from(script)));
        let seen = Arc::clone(&commands);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&script), Arc::clone(&seen)));
            }
        });
        Self { port, commands }
    }

    /// The commands so far, without tags.
    pub fn commands(&self) -> Vec<String> {
        self.commands.lock().unwrap().clone()
    }

    /// How many commands so far begin so.
    pub fn count(&self, beginning: &str) -> usize {
        self.commands().iter().filter(|command| command.starts_with(beginning)).count()
    }
}

/// Ends when the client has gone, which is how every test ends.
async fn converse(stream: TcpStream, script: Arc<Mutex<VecDeque<(&'static str, Answer)>>>, seen: Arc<Mutex<Vec<String>>>) {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"* OK ready\r\n").await.unwrap();
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|length| length > 0) {
        let (tag, command) = line.trim_end().split_once(' ').unwrap();
        let tag = tag.to_owned();
        seen.lock().unwrap().push(command.to_owned());
        let answer = next(&script, command);
        let sent = match &answer {
            Answer::Lines(lines) => {
                format!("{}{tag} OK done\r\n", lines.iter().map(|line| format!("{line}\r\n")).collect::<String>()).into_bytes()
            }
            Answer::After(word, bytes) => {
                word.notified().await;
                [bytes.as_slice(), format!("{tag} OK done\r\n").as_bytes()].concat()
            }
            Answer::Bytes(bytes) => [bytes.as_slice(), format!("{tag} OK done\r\n").as_bytes()].concat(),
            Answer::Stall(bytes) | Answer::HangUp(bytes) => bytes.as_bytes().to_vec(),
            Answer::Challenge(challenge) => {
                stream.write_all(format!("+ {challenge}\r\n").as_bytes()).await.unwrap();
                line.clear();
                stream.read_line(&mut line).await.unwrap();
                seen.lock().unwrap().push(line.trim_end().to_owned());
                format!("{tag} OK done\r\n").into_bytes()
            }
            Answer::Idle(lines) => {
                let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
                stream.write_all(format!("+ idling\r\n{lines}").as_bytes()).await.unwrap();
                line.clear();
                if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                    return;
                }
                seen.lock().unwrap().push(line.trim_end().to_owned());
                format!("{tag} OK done\r\n").into_bytes()
            }
            Answer::Refuse(words) => format!("{tag} {words}\r\n").into_bytes(),
        };
        if stream.write_all(&sent).await.is_err() || matches!(answer, Answer::HangUp(_)) {
            return;
        }
        line.clear();
    }
}

fn next(script: &Mutex<VecDeque<(&'static str, Answer)>>, command: &str) -> Answer {
    let mut script = script.lock().unwrap();
    if let Some(found) = script.iter().position(|(beginning, _)| command.starts_with(beginning)) {
        return script.remove(found).unwrap().1;
    }
    match command {
        _ if command.starts_with("EXAMINE") => Answer::Lines(&["* OK [UIDVALIDITY 7] stable", "* OK [UIDNEXT 1000] next"]),
        _ if command.starts_with("UID SEARCH") => Answer::Lines(&["* SEARCH"]),
        _ => Answer::Lines(&[]),
    }
}

/// A whole FETCH answer with a mail.
pub fn body(uid: u32, raw: &[u8]) -> Answer {
    Answer::Bytes(body_bytes(uid, raw))
}

/// Its bytes without the tagged answer.
pub fn body_bytes(uid: u32, raw: &[u8]) -> Vec<u8> {
    let start = format!("* 1 FETCH (UID {uid} BODY[] {{{}}}\r\n", raw.len());
    [start.as_bytes(), raw, b")\r\n"].concat()
}
