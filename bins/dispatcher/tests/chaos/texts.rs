//! The same over HTTP: text messages by a provider that loses answers, lets a proxy answer in its place, and tells later what became of each
//! message, in any order and more than once, also while the message is still being handed over.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use followup_domain::message::Delivery;
use followup_domain::ports::{CallbackDoor, ProviderCall};
use followup_testkit::chaos::{Plan, Random};
use followup_testkit::rigs::twilio_server::{ACCOUNT, AUTH_TOKEN, Answer, Call, Script, Stage, Taken, TwilioServer};
use followup_twilio::TwilioDoor;

use crate::fleet::Fleet;
use crate::text_proof;
use crate::unit::Unit;
use crate::{CASES_A_ROUND, LAST_ROUNDS, STARTS_A_ROUND};

/// Where the provider calls, whatever the server's own name is.
const PUBLIC_URL: &str = "https://fv.example";
/// In so many of a hundred requests the client is killed before the answer; the same once it was answered.
const DEADLINESS: u64 = 25;
/// In so many of a hundred requests something goes wrong.
const FAULTS: u64 = 25;
/// Of so many of a hundred messages the provider tells nothing while anybody is being killed.
const TOLD_LATE: u64 = 50;

/// What the provider does wrong, and when it has its client killed.
pub struct Carrier {
    random: Mutex<Random>,
    fleet: Arc<Fleet>,
    stopped: AtomicBool,
    kills: Mutex<BTreeMap<Stage, u32>>,
}

impl Carrier {
    fn script(self: &Arc<Self>) -> Script {
        let this = Arc::clone(self);
        Arc::new(move |stage, form| this.decide(stage, form))
    }

    /// How often a client was killed where the request stood.
    pub fn kills(&self) -> BTreeMap<Stage, u32> {
        self.kills.lock().unwrap().clone()
    }

    fn decide(&self, stage: Stage, form: &[(String, String)]) -> Option<Answer> {
        if self.stopped.load(Ordering::SeqCst) {
            return None;
        }
        let (dies, pause, answer) = {
            let mut random = self.random.lock().unwrap();
            (random.percent(DEADLINESS), Duration::from_millis(random.below(12)), answer(&mut random))
        };
        if dies && self.fleet.wants_more() {
            if stage == Stage::Answered {
                // Anywhere between the answer and its record.
                std::thread::sleep(pause);
            }
            if self.fleet.kill(dispatcher_of(form)) {
                *self.kills.lock().unwrap().entry(stage).or_default() += 1;
            }
        }
        answer
    }
}

/// What becomes of a request: what is not known to whoever asked, in both ways; what is refused, for good and for now; what is slow.
fn answer(random: &mut Random) -> Option<Answer> {
    let answers = [
        Answer::LoseAnswer,
        Answer::HangUp,
        Answer::TakeAndSay(502, ""),
        Answer::Other(502, ""),
        Answer::Other(500, "<html>oops</html>"),
        Answer::Slowly(Duration::from_millis(60)),
        Answer::Error(400, 21211, "Invalid 'To' Phone Number"),
        Answer::Error(429, 20429, "Too Many Requests"),
    ];
    random.percent(FAULTS).then(|| random.pick(&answers).clone())
}

/// Each dispatcher sends from a number of its own, by which the provider knows whom to have killed.
fn number_of(dispatcher: usize) -> String {
    format!("+1500555{:04}", 6000 + dispatcher)
}

fn dispatcher_of(form: &[(String, String)]) -> usize {
    let from = form.iter().find(|(name, _)| name == "From").map_or("", |(_, value)| value);
    (0..).find(|dispatcher| number_of(*dispatcher) == from).unwrap()
}

fn dispatcher(unit: &Unit, number: usize, server: &TwilioServer) -> std::process::Command {
    let mut command = unit.dispatcher(1);
    command.envs([
        ("SMS_PROVIDER", "twilio"),
        ("TWILIO_ACCOUNT_SID", ACCOUNT),
        ("TWILIO_AUTH_TOKEN", AUTH_TOKEN),
        ("TWILIO_FROM", &number_of(number)),
        ("TWILIO_BASE_URL", &server.base_url()),
        ("PUBLIC_URL", PUBLIC_URL),
    ]);
    command
}

/// What became of a message in the end, as the provider knows it: of some that they did not arrive.
pub fn fate(taken: &Taken) -> Delivery {
    if ends(taken).1.is_some() { Delivery::Bounced } else { Delivery::Delivered }
}

fn ends(taken: &Taken) -> (&'static str, Option<&'static str>) {
    match u32::from_str_radix(&taken.sid[26..], 16).unwrap() % 10 {
        3 => ("undelivered", Some("30005")),
        7 => ("failed", Some("30003")),
        _ => ("delivered", None),
    }
}

/// The provider's calls that have not been made yet.
struct Calls {
    random: Random,
    /// Messages whose calls are written.
    written: usize,
    waiting: Vec<Call>,
    /// Those that come when nobody is killed any more.
    late: Vec<Call>,
    made: u32,
}

impl Calls {
    fn new(random: Random) -> Self {
        Self { random, written: 0, waiting: Vec::new(), late: Vec::new(), made: 0 }
    }

    /// Writes the calls about messages that were taken since: each state, one of them twice.
    fn write(&mut self, taken: &[Taken]) {
        for message in &taken[self.written..] {
            let (end, code) = ends(message);
            let states = [("queued", None), ("sent", None), (end, code), (end, code)];
            let calls = states.map(|(state, code)| Call::status(message, state, code));
            let into = if self.random.percent(TOLD_LATE) { &mut self.late } else { &mut self.waiting };
            into.extend(calls);
        }
        self.written = taken.len();
    }

    /// Makes any of the waiting calls; says whether there was one.
    fn make_one(&mut self, unit: &Unit) -> bool {
        if self.waiting.is_empty() {
            return false;
        }
        let place = usize::try_from(self.random.below(self.waiting.len() as u64)).unwrap();
        let call = self.waiting.swap_remove(place);
        let headers = [("x-twilio-signature", call.signature.as_str()), ("content-type", "application/x-www-form-urlencoded")];
        let call = ProviderCall {
            method: "POST",
            peer: None,
            path_and_query: &call.path_and_query,
            headers: &headers,
            body: call.body.as_bytes(),
        };
        let kept = TwilioDoor::new(AUTH_TOKEN, PUBLIC_URL).admit(&call).expect("it is the provider who calls");
        unit.app.accept_callback(followup_twilio::SCOPE, kept).unwrap();
        self.made += 1;
        unit.app.process_stored_mail(&|| false).unwrap();
        true
    }

    /// Everything that the provider has to tell.
    fn make_all(&mut self, unit: &Unit, taken: &[Taken]) {
        self.write(taken);
        self.waiting.append(&mut self.late);
        while self.make_one(unit) {}
    }
}

fn killed_dispatchers_send_no_text_twice(mut unit: Unit, dispatchers: usize, plan: Plan) {
    let Plan { kills, seed } = plan;
    println!("text messages, {dispatchers} dispatchers on {}: kills={kills} seed={seed}", unit.database());
    let mut random = Random::new(seed);
    let fleet = Arc::new(Fleet::new(dispatchers, kills));
    let (stopped, own) = (AtomicBool::new(false), random.fork());
    let carrier = Arc::new(Carrier { random: Mutex::new(own), fleet: Arc::clone(&fleet), stopped, kills: Mutex::default() });
    let server = TwilioServer::scripted(carrier.script());
    let mut calls = Calls::new(random.fork());
    unit.contact = |number| format!("cel. 9{:08}", 11_000_000 + number);

    while fleet.kills() < kills {
        unit.time_passes();
        unit.new_cases(CASES_A_ROUND * dispatchers);
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let (unit, fleet, server, over, calls) = (&unit, &fleet, &server, &over, &mut calls);
            let running: Vec<_> = (0..dispatchers)
                .map(|number| {
                    let mut random = random.fork();
                    scope.spawn(move || {
                        for _ in 0..STARTS_A_ROUND {
                            // Some die while they start, most while they send.
                            let longest = if random.percent(30) { 400 } else { 5000 };
                            let fuse = Duration::from_millis(20 + random.below(longest));
                            fleet.run(number, dispatcher(unit, number, server), Some(fuse));
                        }
                    })
                })
                .collect();
            scope.spawn(move || {
                while !over.load(Ordering::SeqCst) {
                    calls.write(&server.taken());
                    if !calls.make_one(unit) {
                        std::thread::sleep(Duration::from_millis(5));
                    }
                }
            });
            let ended: Vec<_> = running.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
            over.store(true, Ordering::SeqCst);
            assert!(ended.iter().all(Result::is_ok), "a dispatcher ended badly");
        });
    }
    carrier.stopped.store(true, Ordering::SeqCst);
    settle(&unit, &fleet, &server, dispatchers);
    let taken = server.taken();
    calls.make_all(&unit, &taken);
    text_proof::check(&unit, &taken);
    println!("  kills={} (aimed {:?}) runs={} provider's calls={}", fleet.kills(), carrier.kills(), fleet.runs(), calls.made);
}

/// Nobody is killed any more: what is left settles.
fn settle(unit: &Unit, fleet: &Fleet, server: &TwilioServer, dispatchers: usize) {
    for _ in 0..LAST_ROUNDS {
        unit.time_passes();
        std::thread::scope(|scope| {
            for number in 0..dispatchers {
                scope.spawn(move || fleet.run(number, dispatcher(unit, number, server), None));
            }
        });
        if unit.unsettled() == 0 {
            return;
        }
    }
    panic!("{} messages did not settle in {LAST_ROUNDS} rounds without faults", unit.unsettled());
}

#[test]
fn three_dispatchers_on_postgres_killed_at_any_moment_send_no_text_message_twice_and_their_doubt_ends_by_events() {
    killed_dispatchers_send_no_text_twice(Unit::on_postgres(), 3, Plan::from_environment(24, 44));
}

#[test]
fn two_dispatchers_on_sqlite_killed_at_any_moment_send_no_text_message_twice_and_their_doubt_ends_by_events() {
    killed_dispatchers_send_no_text_twice(Unit::on_sqlite(), 2, Plan::from_environment(16, 45));
}
