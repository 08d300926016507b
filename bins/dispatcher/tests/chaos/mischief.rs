//! What the mail server does wrong, and when it has its client killed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use followup_testkit::chaos::Random;
use followup_testkit::rigs::sink::{Act, Moment, Script, Stage};

use crate::fleet::Fleet;

/// Decides by chance, until it is stopped.
pub struct Mischief {
    random: Mutex<Random>,
    fleet: Arc<Fleet>,
    stopped: AtomicBool,
    /// How often a client was killed, by stage.
    kills: Mutex<BTreeMap<String, u32>>,
}

/// In so many of a hundred moments of this stage the client is killed. Around the final dot most often: there lies the doubt.
fn deadliness(stage: Stage) -> u64 {
    match stage {
        Stage::Rcpt | Stage::Quit => 5,
        Stage::Data | Stage::Message | Stage::Accepted => 8,
        _ => 2,
    }
}

impl Mischief {
    pub fn new(random: Random, fleet: Arc<Fleet>) -> Self {
        Self { random: Mutex::new(random), fleet, stopped: AtomicBool::new(false), kills: Mutex::default() }
    }

    pub fn script(self: &Arc<Self>) -> Script {
        let this = Arc::clone(self);
        Arc::new(move |moment| this.decide(moment))
    }

    /// From now on the server behaves.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    /// How often a client was killed at each stage.
    pub fn kills(&self) -> BTreeMap<String, u32> {
        self.kills.lock().unwrap().clone()
    }

    fn decide(&self, moment: Moment) -> Option<Act> {
        if self.stopped.load(Ordering::SeqCst) {
            return None;
        }
        let (dies, act) = {
            let mut random = self.random.lock().unwrap();
            (random.percent(deadliness(moment.stage)), fault(moment.stage, &mut random))
        };
        if dies {
            if self.fleet.wants_more() && self.fleet.kill(moment.door) {
                *self.kills.lock().unwrap().entry(format!("{:?}", moment.stage)).or_default() += 1;
            }
            // Whether the server goes on as if nothing had happened makes no difference to the dead.
            return None;
        }
        act
    }
}

fn fault(stage: Stage, random: &mut Random) -> Option<Act> {
    if !random.percent(3) {
        return None;
    }
    let transient: &[u8] = b"451 4.3.0 Try later\r\n";
    let refusal: &[u8] = b"550 5.1.1 No such user\r\n";
    let acts: &[Act] = match stage {
        Stage::Greeting => &[Act::SayAndHangUp(b"421 4.3.2 Closing\r\n"), Act::Say(b"554 5.7.1 Blocked\r\n"), Act::HangUp],
        Stage::Ehlo => &[Act::Say(b"502 5.5.1 What?\r\n"), Act::HangUp],
        Stage::Mail => &[Act::Say(b"452 4.3.1 No room\r\n"), Act::Say(b"550 5.7.60 Not yours\r\n"), Act::HangUp],
        Stage::Rcpt => &[Act::Say(transient), Act::Say(refusal), Act::HangUp, Act::Slowly(Duration::from_millis(40))],
        Stage::Data => &[Act::Say(transient), Act::Say(b"554 5.5.1 No\r\n"), Act::HangUp, Act::Slowly(Duration::from_millis(40))],
        Stage::Message => {
            &[Act::Say(transient), Act::Say(b"554 5.7.1 Spam\r\n"), Act::HangUp, Act::Stall, Act::Slowly(Duration::from_millis(40))]
        }
        Stage::Accepted => &[Act::HangUp, Act::Stall, Act::Say(b"what?\r\n"), Act::Slowly(Duration::from_millis(40))],
        _ => return None,
    };
    Some(*random.pick(acts))
}
