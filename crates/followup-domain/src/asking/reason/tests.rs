use super::*;

fn every_reason() -> Vec<Reason> {
    let failure = |status: Option<&str>| Failure {
        permanence: Permanence::Hard,
        reason: FailureReason::UnknownUser,
        status: status.map(str::to_owned),
    };
    let mut all: Vec<Reason> = StopReason::PLAIN.iter().cloned().map(Reason::from).collect();
    all.extend(Channel::ALL.iter().map(|channel| StopReason::NoAddress(*channel).into()));
    all.extend([Some("5.1.1"), None].map(|status| StopReason::AddressFails(failure(status)).into()));
    all.push(StopReason::TemplateFails("undefined value (in body:3)".into()).into());
    all.push(StopReason::TooManyParts { parts: 6, most: 4 }.into());
    let states = TemplateStatus::ALL.iter().copied().map(Some).chain([None]);
    all.extend(states.map(|status| StopReason::TemplateNotApproved { name: "con espacio".into(), status }.into()));
    all.push(StopReason::TemplateParameters { name: "con espacio".into(), takes: 5, given: 3 }.into());
    all.extend([Reason::Failed(failure(Some("5.1.1"))), Reason::FailedElsewhere(failure(None))]);
    all.extend(WaitReason::ALL.iter().map(|reason| Reason::Waits(*reason)));
    all.extend(Because::ALL.iter().map(|reason| Reason::Because(*reason)));
    all
}

#[test]
fn every_reason_is_read_as_it_was_stored() {
    for reason in every_reason() {
        assert_eq!(Why::read(&reason.stored()), Why::Reason(reason.clone()), "{reason}");
    }
}

#[test]
fn no_two_reasons_share_a_code() {
    let mut codes: Vec<String> = every_reason().iter().map(ToString::to_string).collect();
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), count);
}

#[test]
fn a_persons_words_are_never_read_as_a_code() {
    for words in ["closed", "#closed", "#", "# closed", "#nada", "se cerró", "550 5.1.1 No such user", "#failed hard unknown_user -"] {
        assert_eq!(Why::read(&Why::Words(words).stored()), Why::Words(words), "{words}");
    }
}

#[test]
fn what_this_release_does_not_know_is_shown_as_it_stands() {
    assert_eq!(Why::read("#of_a_later_release x"), Why::Words("#of_a_later_release x"));
}
