//! What needs a person, in lanes: one table says what stands in each and what is asked there.

use crate::published::published_enum;

published_enum! {
    /// A list of what needs a person.
    Lane {
        /// Cases with answers that whoever looks has not read, and about which nobody has decided.
        NewReplies = "new_replies",
        /// Cases with answers that whoever looks has read, and about which nobody has decided.
        ReadReplies = "read_replies",
        /// Answers of senders whom the case does not know.
        Unconfirmed = "unconfirmed",
        /// Messages that failed and were neither sent anew nor settled.
        Failed = "failed",
        /// Messages whose fate nobody knows.
        Uncertain = "uncertain",
        /// Cases whose reporter no channel reaches.
        Unreachable = "unreachable",
        /// Cases in which something is missing and nothing comes next.
        Stalled = "stalled",
        /// Calls that are due.
        CallsDue = "calls_due",
        /// Cases whose report falls due soon, or was due.
        DeadlineAtRisk = "deadline_at_risk",
        /// Follow-ups that are to be closed.
        ToClose = "to_close",
        /// Cases in which something contradicts itself.
        Warnings = "warnings",
        /// Mail that no case claims.
        Unassigned = "unassigned",
        /// Mail that could not be understood.
        Quarantined = "quarantined",
    }

    /// What is asked of a person.
    Ask {
        /// To read the answer.
        ReadReply = "read_reply",
        /// To do what the answer asks for, or to say that nothing is to be done.
        AttendReply = "attend_reply",
        /// To say whether the sender is the reporter.
        ConfirmSender = "confirm_sender",
        /// To send again, another way or not at all.
        SendAgain = "send_again",
        /// To say whether it arrived.
        SettleOutcome = "settle_outcome",
        /// To find a way to the reporter.
        FindAnotherWay = "find_another_way",
        /// To let the plan that was held go on, or to say why not.
        ResumePlan = "resume_plan",
        /// To say what comes next, or why nothing does.
        DecideNextStep = "decide_next_step",
        /// To call the reporter.
        MakeCall = "make_call",
        /// To get what is missing before the report falls due.
        ReportInTime = "report_in_time",
        /// To close what nobody answers, or to ask on.
        CloseUnanswered = "close_unanswered",
        /// To close what lacks nothing any more.
        CloseComplete = "close_complete",
        /// To correct what contradicts itself, or to set the warning aside.
        ReviewWarnings = "review_warnings",
        /// To say to which case the mail belongs.
        AssignMail = "assign_mail",
        /// To have the mail read again, or to set it aside.
        RetryMail = "retry_mail",
    }
}

/// What a row of a lane is about. Its number, among those of its kind, is the row's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A case.
    Case,
    /// A message.
    Message,
    /// An attempt.
    Attempt,
    /// A mail as it arrived.
    Mail,
}

/// A lane: what stands in it, and what is asked there.
#[derive(Debug, Clone, Copy)]
pub struct LaneRow {
    /// The lane.
    pub lane: Lane,
    /// What its rows are about.
    pub item: Item,
    /// What is asked of a person; of lanes with several, each row says which.
    pub asks: &'static [Ask],
    /// Whether it follows from what a case stands at ([`super::standing`]); the others are read from what they are about.
    pub of_standing: bool,
}

const fn row(lane: Lane, item: Item, asks: &'static [Ask]) -> LaneRow {
    LaneRow { lane, item, asks, of_standing: false }
}

const fn of_standing(lane: Lane, asks: &'static [Ask]) -> LaneRow {
    LaneRow { lane, item: Item::Case, asks, of_standing: true }
}

/// Every lane, in the order in which they are shown.
pub const LANES: &[LaneRow] = &[
    row(Lane::NewReplies, Item::Message, &[Ask::ReadReply]),
    row(Lane::ReadReplies, Item::Message, &[Ask::AttendReply]),
    row(Lane::Unconfirmed, Item::Message, &[Ask::ConfirmSender]),
    row(Lane::Failed, Item::Message, &[Ask::SendAgain]),
    row(Lane::Uncertain, Item::Message, &[Ask::SettleOutcome]),
    of_standing(Lane::Unreachable, &[Ask::FindAnotherWay]),
    of_standing(Lane::Stalled, &[Ask::ResumePlan, Ask::DecideNextStep]),
    row(Lane::CallsDue, Item::Attempt, &[Ask::MakeCall]),
    of_standing(Lane::DeadlineAtRisk, &[Ask::ReportInTime]),
    of_standing(Lane::ToClose, &[Ask::CloseUnanswered, Ask::CloseComplete]),
    row(Lane::Warnings, Item::Case, &[Ask::ReviewWarnings]),
    row(Lane::Unassigned, Item::Message, &[Ask::AssignMail]),
    row(Lane::Quarantined, Item::Mail, &[Ask::RetryMail]),
];

impl Lane {
    /// What stands in it.
    pub fn row(self) -> &'static LaneRow {
        // Each lane has its row: the test below.
        LANES.iter().find(|row| row.lane == self).unwrap_or(&LANES[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lane_has_one_row_that_asks_for_something() {
        let lanes: Vec<Lane> = LANES.iter().map(|row| row.lane).collect();
        assert_eq!(lanes, Lane::ALL, "in the published order");
        assert!(LANES.iter().all(|row| !row.asks.is_empty() && row.lane.row().lane == row.lane));
    }

    #[test]
    fn everything_that_is_asked_is_asked_in_one_lane() {
        for ask in Ask::ALL {
            assert_eq!(LANES.iter().filter(|row| row.asks.contains(ask)).count(), 1, "{ask}");
        }
    }
}
