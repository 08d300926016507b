//! What bounces and notices of many kinds of servers say of each recipient.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use followup_domain::contact::EmailAddress;
use followup_domain::contact::FailureReason::{self, Loop, MailboxFull, Other, Refused, TooLarge, UnknownHost, UnknownUser, Unreachable};
use followup_domain::contact::Permanence::{self, Hard, Soft};
use followup_domain::mail::inbound::{MailReader, ParsedMail};
use followup_domain::mail::report::{ReportAction, ReportedRecipient};
use followup_domain::message::Classification;
use followup_mail::MimeReader;

fn read(raw: &str) -> ParsedMail {
    let reader = MimeReader::new([EmailAddress::parse("pv@example.org").unwrap()]);
    reader.read(raw.replace('\n', "\r\n").as_bytes()).unwrap()
}

fn prose(body: &str) -> ParsedMail {
    read(&format!("From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\nTo: pv@example.org\nSubject: Undelivered Mail\n\n{body}\n"))
}

fn fields(status_part: &str) -> ParsedMail {
    read(&format!(
        "From: MAILER-DAEMON@mx.example.org\nTo: pv@example.org\nSubject: Undelivered\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nSorry.\n\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n{status_part}\n\n\
         --b\nContent-Type: text/rfc822-headers\n\nFrom: pv@example.org\nTo: ana@example.com\nMessage-ID: <m1@example.org>\n\n--b--\n"
    ))
}

fn addresses(mail: &ParsedMail) -> Vec<&str> {
    mail.recipients.iter().map(|recipient| recipient.address.as_str()).collect()
}

fn only(mail: ParsedMail) -> ReportedRecipient {
    assert_eq!(mail.recipients.len(), 1, "{mail:#?}");
    mail.recipients.into_iter().next().unwrap()
}

fn verdict(mail: ParsedMail) -> (FailureReason, Permanence) {
    let recipient = only(mail);
    (recipient.reason, recipient.permanence)
}

#[test]
fn each_group_of_fields_is_a_recipient() {
    let mail = fields(
        "Original-Recipient: rfc822;Ana.Paz@Example.COM\nFinal-Recipient: RFC822; <apaz@inner.example.com>\nAction: failed\n\
         Status: 5.1.1 (bad mailbox)\nDiagnostic-Code: smtp; 550 5.1.1\n <apaz@inner.example.com>: Recipient address rejected: User unknown\n\n\
         Final-Recipient: rfc822; luis@example.com\nAction: delayed\nStatus: 4.4.1\n\n\
         Final-Recipient: rfc822; eva@example.com\nAction: delivered\nStatus: 2.0.0",
    );
    assert_eq!(addresses(&mail), ["apaz@inner.example.com", "luis@example.com", "eva@example.com"]);
    let ana = &mail.recipients[0];
    assert_eq!(ana.original_address.as_deref(), Some("Ana.Paz@example.com"));
    assert_eq!((ana.action, ana.permanence, ana.reason), (ReportAction::Failed, Hard, UnknownUser));
    assert_eq!((ana.status.as_deref(), ana.reply_code), (Some("5.1.1"), Some(550)));
    assert_eq!(ana.diagnostic.as_deref(), Some("550 5.1.1 <apaz@inner.example.com>: Recipient address rejected: User unknown"));
    let others: Vec<_> = mail.recipients[1..].iter().map(|one| (one.action, one.permanence)).collect();
    assert_eq!(others, [(ReportAction::Delayed, Soft), (ReportAction::Delivered, Soft)]);
    assert_eq!(mail.returned.unwrap().as_str(), "<m1@example.org>");
}

#[test]
fn fields_are_read_however_servers_bend_them() {
    for (part, address) in [
        ("Final-Recipient: ana@example.com\nAction: failed", "ana@example.com"),
        ("Final-Recipient: rfc822;ana+40example.com\nAction: failed", "ana@example.com"),
        ("Original-Recipient: rfc822; ana@example.com\nAction: failed\nStatus: 5.0.0", "ana@example.com"),
        ("Final-Recipient: rfc822; \"ana paz\"@example.com\nAction: failed", "\"ana paz\"@example.com"),
        ("Final-Recipient: rfc822; ana@mailstore3\nOriginal-Recipient: rfc822; ana@example.com\nAction: failed", "ana@example.com"),
        ("Final-Recipient: local; |/usr/bin/filter\nX-Actual-Recipient: rfc822; ana@example.com\nAction: failed", "ana@example.com"),
        ("Final-Recipient: rfc822; ana@example.com\n\nAction: failed\nStatus: 5.1.1", "ana@example.com"),
        ("final-recipient:RFC822;ana@example.com\naction:FAILED", "ana@example.com"),
    ] {
        assert_eq!(only(fields(part)).address, address, "{part}");
    }
    let torn = only(fields("Final-Recipient: rfc822; ana@example.com\n\nAction: failed\nStatus: 5.1.1"));
    assert_eq!((torn.action, torn.permanence), (ReportAction::Failed, Hard));
    let unspaced = fields("Final-Recipient: rfc822; a@example.com\nAction: failed\nFinal-Recipient: rfc822; b@example.com\nAction: failed");
    assert_eq!(addresses(&unspaced), ["a@example.com", "b@example.com"]);
}

#[test]
fn postfix_and_exim_prose_is_read_per_address() {
    let postfix = prose(
        "This is the mail system at host mx.example.org.\n\nI'm sorry to have to inform you that your message could not\n\
         be delivered. For further assistance, please send mail to postmaster.\n\n\
         <ana@example.com> (expanded from <lista@example.net>): host mx.example.com[192.0.2.7]\n    said: 550 5.1.1 <ana@example.com>: Recipient address\n    \
         rejected: User unknown (in reply to RCPT TO command)\n\n\
         <luis@example.com>: host mx.example.com[192.0.2.7] said: 552 5.2.2\n    <luis@example.com>: Over quota (in reply to RCPT TO command)",
    );
    assert_eq!(addresses(&postfix), ["ana@example.com", "luis@example.com"]);
    assert_eq!(postfix.recipients[0].original_address.as_deref(), Some("lista@example.net"));
    let said: Vec<_> = postfix.recipients.iter().map(|one| (one.reason, one.permanence, one.reply_code)).collect();
    assert_eq!(said, [(UnknownUser, Hard, Some(550)), (MailboxFull, Soft, Some(552))]);

    let exim = prose(
        "A message that you sent could not be delivered to one or more of its\nrecipients. The following address(es) failed:\n\n  \
         ana@example.com\n    SMTP error from remote mail server after RCPT TO:<ana@example.com>:\n    host mx.example.com [192.0.2.7]: 550 No such user\n  \
         luis@example.com\n    retry timeout exceeded\n\n\
         ------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <pv@example.org>\n\
         Received: from x by y\nMessage-ID: <m2@example.org>\nFrom: pv@example.org\nTo: ana@example.com, luis@example.com\n\nHola eva@example.com",
    );
    assert_eq!(addresses(&exim), ["ana@example.com", "luis@example.com"]);
    assert_eq!(exim.recipients.iter().map(|one| one.permanence).collect::<Vec<_>>(), [Hard, Soft]);
    assert_eq!(exim.returned.unwrap().as_str(), "<m2@example.org>");
}

#[test]
fn qmail_sendmail_exchange_and_others_name_their_recipient() {
    for body in [
        "Hi. This is the qmail-send program at mx.example.org.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n\
         <ana@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <pv@example.org>\n",
        "   ----- The following addresses had permanent fatal errors -----\n<ana@example.com>\n    (reason: 550 5.1.1 User unknown)\n\n\
         \x20  ----- Transcript of session follows -----\n... while talking to mx.example.com.:\n>>> RCPT To:<ana@example.com>\n<<< 550 5.1.1 User unknown\n",
        "Your message\n\n  To:      lista@example.net\n  Subject: ICSR\n\ndid not reach the following recipient(s):\n\nana@example.com on Fri, 4 Oct 2024\n    \
         The recipient name is not recognized\n",
        "c=US;a= ;p=X;dda:SMTP=ana@example.com; on Fri, 4 Oct 2024\n    The recipient name is not recognized\n",
        "Invalid final delivery userid: ana@example.com\n",
        "Your message to <ana@example.com> could not be delivered: no such user\n",
        "ana@example.com - no such user here.\nContact postmaster@mx.example.org.\n",
        "|--- Failed addresses follow: ---|\n ana@example.com ... unknown user\n",
        "Error-for:  ana@example.com\nError-Text: 550 unknown user\n",
        "Failed to deliver to 'ana@example.com'\nSMTP module(domain example.com) reports:\n host mx.example.com says:\n 550 unknown user <ana@example.com>\n",
        "No se pudo entregar el mensaje a ana@example.com: el usuario no existe\n",
        "   ----- Transcript of session follows -----\n550 5.1.1 <ana@example.com>... User unknown\n",
        "  ----- The following addresses had permanent fatal errors -----\n\n>>> ana@example.com <ana@example.com>\n\n  ----- Transcript -----\n\
         550 sorry, no mailbox here by that name (#5.1.1)\n",
        "Your message:\n   From:    pv@example.org\n   Subject: ICSR\nCould not be delivered because of:\n\n550 5.1.1 User unknown\n\n\
         The following recipients were affected: \n    ana@example.com\n\nAdditional Information\n",
        "For the following reason:\n\n\"ana@example.com\":\nSMTP error from remote server after RCPT command:\nhost: mx.example.com\n550 unknown user\n",
        "Delivery to the following recipient failed permanently:\n\n     ana@example.com\n\nTechnical details of permanent failure:\n\
         The error that the other server returned was:\n550 5.1.1 <ana@example.com>... User Unknown\n\n\
         ----- Original message -----\n\nReceived: by 192.0.2.1 with SMTP id x\nMessage-ID: <m@example.org>\nFrom: pv@example.org\nTo: otra@example.com\n",
        "Delivery has failed to these recipients or groups:\n\nAna Paz (ana@example.com)<mailto:ana@example.com>\n\
         The e-mail address you entered couldn't be found. The recipient does not exist.\n\nDiagnostic information for administrators:\n\n\
         Generating server: mx.example.com\n\nana@example.com\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\nOriginal message headers:\n",
        "No se pudo realizar la entrega a estos destinatarios o grupos:\n\nana@example.com<mailto:ana@example.com>\n\
         No se encontró la dirección de correo electrónico que especificó.\n",
        "La entrega a los siguientes destinatarios ha fallado:\n\n   * ana@example.com\n\nMotivo: el usuario no existe\n",
        "Não foi possível entregar sua mensagem para ana@example.com.\nO endereço não existe.\n",
        "The following message could not be delivered to <ana@example.com>, who is not a known user here: contact postmaster@mx.example.org\n",
        "Failure Reasons:\n\nUser not listed in public Name & Address Book\nana@example.com\n\n---- Returned Message ----\n",
        "Reporting-MTA: dns;mx.example.com\nFinal-Recipient: RFC822; ana@example.com\nAction: failed\nStatus: 5.1.1\n",
        "Recipient: <ana@example.com>\nReason:    unknown user\n",
        "> RCPT TO:<ana@example.com>\n< 550 5.1.1 Unknown user\n",
        "Message details:\n  MAIL FROM: otro@example.net\n  RCPT TO: ana@example.com\nError: no such user here\n",
    ] {
        let mail = prose(body);
        assert_eq!(mail.classification, Classification::Bounce, "{body}");
        let recipient = only(mail);
        assert_eq!((recipient.address.as_str(), recipient.permanence), ("ana@example.com", Hard), "{body}");
    }
}

#[test]
fn a_header_or_the_returned_mail_names_the_recipient_where_the_prose_does_not() {
    let header = read(
        "From: MAILER-DAEMON@mx.example.org\nTo: pv@example.org\nX-Failed-Recipients: ana@example.com\nSubject: Mail delivery failed\n\n\
         The following address failed:\n\n  ana\n    unknown user\n",
    );
    assert_eq!(addresses(&header), ["ana@example.com"]);
    let bare = prose(
        "Your mail to the following recipients could not be delivered because they are\nnot accepting mail from pv@example.org:\n\tanapaz\n",
    );
    assert_eq!(addresses(&bare), ["anapaz@mx.example.org"]);
    let returned = |to: &str| {
        read(&format!(
            "From: MAILER-DAEMON@mx.example.org\nTo: pv@example.org\nSubject: Undeliverable\nContent-Type: multipart/mixed; boundary=b\n\n\
             --b\n\nThe mail could not be delivered.\n\n--b\nContent-Type: message/rfc822\n\nFrom: pv@example.org\nTo: {to}\n\nx\n--b--\n"
        ))
    };
    assert_eq!(addresses(&returned("Ana <ana@example.com>")), ["ana@example.com"]);
    assert_eq!(addresses(&returned("ana@example.com, luis@example.com")), [""; 0]);
    assert_eq!(addresses(&returned("lista@example.com\nList-Id: <lista.example.com>")), [""; 0]);
}

#[test]
fn json_notifications_are_read() {
    let mail = read(
        "From: no-reply@sns.example.com\nTo: pv@example.org\nSubject: Notification\n\n\
         {\"Type\":\"Notification\",\"Message\":\"{\\\"notificationType\\\":\\\"Bounce\\\",\\\"bounce\\\":{\\\"bouncedRecipients\\\":[{\\\"emailAddress\\\":\\\"ana@example.com\\\",\
         \\\"status\\\":\\\"5.1.1\\\",\\\"diagnosticCode\\\":\\\"smtp; 550 5.1.1 user unknown\\\"}]}}\"}\n",
    );
    assert_eq!(mail.classification, Classification::Bounce);
    assert_eq!(verdict(mail), (UnknownUser, Hard));
}

#[test]
fn reasons_are_told_by_words_and_codes() {
    for (said, expected) in [
        ("550 5.1.1 User unknown", (UnknownUser, Hard)),
        ("550-5.1.1 The email account that you tried to reach does not exist", (UnknownUser, Hard)),
        ("450 4.1.1 Recipient address rejected: User unknown in virtual alias table", (UnknownUser, Hard)),
        ("550 5.4.1 Recipient address rejected: Access denied", (UnknownUser, Hard)),
        ("551 5.1.6 Recipient has moved", (UnknownUser, Hard)),
        ("550 5.2.1 account is disabled", (UnknownUser, Soft)),
        ("550 Unknown user (in reply to end of DATA command)", (Refused, Soft)),
        ("Host or domain name not found. Name service error: Host not found", (UnknownHost, Hard)),
        ("Host not found, try again", (Unreachable, Soft)),
        ("556 5.1.10 Domain does not accept mail (nullMX)", (UnknownHost, Hard)),
        ("552 5.2.2 Mailbox full", (MailboxFull, Soft)),
        ("El buzón está lleno", (MailboxFull, Soft)),
        ("552 5.3.4 Message size exceeds fixed limit", (TooLarge, Soft)),
        ("554 5.7.1 Message rejected as spam", (Refused, Soft)),
        ("553 5.1.8 Sender address rejected: Domain not found", (Refused, Soft)),
        ("550 5.7.26 Unauthenticated email: DMARC policy", (Refused, Soft)),
        ("550 5.7.25 Reverse DNS validation failed", (Refused, Soft)),
        ("554 5.4.6 Too many hops", (Loop, Soft)),
        ("421 4.4.2 Connection timed out", (Unreachable, Soft)),
        ("550 5.1.1 Bounce", (UnknownUser, Hard)),
        ("550 5.1.1 user unknown (mail protected by Proofpoint)", (UnknownUser, Hard)),
        ("550 5.1.1 antivirus.h.es: user unknown", (UnknownUser, Hard)),
        ("550 5.1.1 Not here. Blacklisted? Virus? See help.virus.example.com", (UnknownUser, Hard)),
        ("5.4.4 Host not found. Name service error for name=hospitalvirus.es type=MX", (UnknownHost, Hard)),
        ("550 5.0.0 no such user at spam.example.com[192.0.2.1]:25", (UnknownUser, Hard)),
        ("550 5.0.0 user.unknown (5.1.0)", (Other, Soft)),
        ("554 5.0.0 This message carries a virus", (Refused, Soft)),
        ("550 content of room 421 is busy.example.net", (Other, Soft)),
        ("550 5.0.0 x", (Other, Soft)),
    ] {
        assert_eq!(verdict(prose(&format!("<ana@example.com>:\n{said}"))), expected, "{said}");
        let part = format!("Final-Recipient: rfc822; ana@example.com\nAction: failed\nDiagnostic-Code: smtp; {said}");
        assert_eq!(verdict(fields(&part)), expected, "{said}");
    }
}

#[test]
fn the_answer_that_counts_is_the_last_servers() {
    for (diagnostic, status, expected) in [
        ("5.1.0 - Unknown address error 550-'5.7.1 <a@b.example>... Access denied'", "5.0.0", (Refused, Soft)),
        ("5.1.0 - Unknown address error 550-'5.1.1 <ana@example.com>... User unknown'", "5.0.0", (UnknownUser, Hard)),
        ("5.1.0 - Unknown address error 452-'4.2.2 Mailbox full'", "5.0.0", (MailboxFull, Soft)),
        ("553 http://www.blocklist.example/query?ip=192.0.2.9", "5.1.3", (Refused, Soft)),
        ("550 5.1.2 see https://check.spamhaus.org/query/ip/192.0.2.9", "5.1.2", (Refused, Soft)),
        ("554 5.1.1 http://ip-lookup.example/lookup?ip=192.0.2.9", "5.1.1", (Refused, Soft)),
        ("550 5.1.1 user unknown, see https://help.example.com/unknown-user", "5.1.1", (UnknownUser, Hard)),
        ("450 4.7.1 <mx.example.org[192.0.2.9]>: Client host rejected: may not be mail exchanger", "4.4.7", (Refused, Soft)),
        ("550 5.7.1 <mx.example.org>: Helo command rejected: Host not found", "5.7.1", (Refused, Soft)),
        ("Name service error for name=example.com type=MX: Malformed or unexpected name server reply", "5.4.4", (Unreachable, Soft)),
        ("Name service error for name=example.com type=MX: Host not found, try again", "4.4.3", (Unreachable, Soft)),
        ("Name service error for name=example.com type=A: Host not found", "5.4.4", (UnknownHost, Hard)),
        ("550 host name lookup failure", "5.0.0", (Unreachable, Soft)),
        ("550 5.1.7 Remitente no válido", "5.1.7", (Refused, Soft)),
        ("550 Destinatario no válido", "5.0.0", (UnknownUser, Hard)),
        ("550 Skrzynka nie istnieje", "5.0.0", (UnknownUser, Hard)),
        ("550 l'adresse n'existe pas", "5.0.0", (UnknownUser, Hard)),
        ("550 пользователь не найден", "5.0.0", (UnknownUser, Hard)),
        ("550 El buzón del destinatario está lleno", "5.0.0", (MailboxFull, Soft)),
        ("550 cuenta bloqueada", "5.0.0", (UnknownUser, Soft)),
    ] {
        let part =
            format!("Final-Recipient: rfc822; ana@example.com\nAction: failed\nStatus: {status}\nDiagnostic-Code: smtp; {diagnostic}");
        assert_eq!(verdict(fields(&part)), expected, "{diagnostic}");
    }
}

/// A report of sendmail with a transcript.
fn transcript(diagnostic: &str, answers: &str) -> (FailureReason, Permanence) {
    let prose = format!(
        "   ----- The following addresses had permanent fatal errors -----\n<ana@example.com>\n    (reason: {diagnostic})\n\n\
         \x20  ----- Transcript of session follows -----\n... while talking to mx.example.com.:\n{answers}\n"
    );
    let status = "Final-Recipient: rfc822; ana@example.com\nAction: failed\nStatus: 5.5.0\nDiagnostic-Code: smtp; ";
    verdict(read(&format!(
        "From: MAILER-DAEMON@mx.example.org\nTo: pv@example.org\nSubject: Returned mail\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\n{prose}\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n{status}{diagnostic}\n\n--b--\n"
    )))
}

#[test]
fn an_answer_below_data_is_of_the_recipient_where_commands_were_sent_ahead() {
    for (diagnostic, behind) in [
        ("550 5.5.0 Destinatario no válido. Invalid recipient. XYZ_416", "<<< 554 5.5.1 Error: no valid recipients"),
        ("550 5.1.1 <ana@example.com>: User unknown", "<<< 503 5.5.1 Need RCPT (recipient)"),
        ("550 No such user here", "<<< 503 valid RCPT command must precede DATA, no recipients"),
    ] {
        let answers = format!(">>> DATA\n<<< {diagnostic}\n550 5.1.1 <ana@example.com>... User unknown\n{behind}");
        assert_eq!(transcript(diagnostic, &answers), (UnknownUser, Hard), "{diagnostic}");
    }
    for diagnostic in ["550 : User unknown", "550 Unknown user account"] {
        assert_eq!(
            transcript(diagnostic, &format!(">>> DATA\n<<< {diagnostic}\n554 5.0.0 Service unavailable")),
            (Refused, Soft),
            "{diagnostic}"
        );
    }
}

#[test]
fn each_of_several_recipients_in_one_session_has_its_own_reason() {
    for prose in [
        "ana@example.com: 550 5.1.1 <ana@example.com>: Recipient address rejected: User unknown\nluis@example.com: 552 5.2.2 <luis@example.com>: Mailbox full\n",
        "<ana@example.com>: no such user\n<luis@example.com>: quota exceeded\n",
        "  ana@example.com\n    550 unknown user\n  luis@example.com\n    452 mailbox full\n",
        "ana@example.com Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 User Unknown\nluis@example.com ERROR_CODE :550, ERROR_CODE :5.2.2 Mailbox Full\n",
    ] {
        let status = "Final-Recipient: rfc822; ana@example.com\nAction: failed\nStatus: 5.0.0\n\nFinal-Recipient: rfc822; luis@example.com\nAction: failed\nStatus: 5.0.0\n";
        let with_fields = read(&format!(
            "From: Mailer Daemon <MAILER-DAEMON@mx.example.org>\nTo: pv@example.org\nSubject: Delivery status notification: failed\nContent-Type: multipart/mixed; boundary=b\n\n\
             --b\nContent-Type: text/plain\n\nAn error has occurred for the following list of recipients:\n\n{prose}\n--b\nContent-Type: message/delivery-status\n\n\
             Reporting-MTA: dns; mx.example.org\n\n{status}\n--b--\n"
        ));
        for mail in [with_fields, self::prose(&format!("Could not deliver to these recipients:\n\n{prose}"))] {
            let told: Vec<_> = mail.recipients.iter().map(|one| (one.address.as_str(), one.reason, one.permanence)).collect();
            assert_eq!(told, [("ana@example.com", UnknownUser, Hard), ("luis@example.com", MailboxFull, Soft)], "{prose}");
        }
    }
}

#[test]
fn the_address_that_a_failed_one_was_made_of_is_told_with_it() {
    for line in [
        "(expanded from: lista@example.net)",
        "(expanded from <lista@example.net>)",
        "generated from lista@example.net",
        "(forwarded from lista@example.net)",
    ] {
        let mail = prose(&format!(
            "   ----- The following addresses had permanent fatal errors -----\nana@example.com\n    {line}\n\n\
             \x20  ----- Transcript of session follows -----\n550 5.1.1 ana@example.com... User unknown\n"
        ));
        let recipient = only(mail);
        let told = (recipient.address.as_str(), recipient.original_address.as_deref(), recipient.permanence);
        assert_eq!(told, ("ana@example.com", Some("lista@example.net"), Hard), "{line}");
    }
}

#[test]
fn a_delay_is_no_failure() {
    let mail = read(
        "From: MAILER-DAEMON@mx.example.org\nTo: pv@example.org\nSubject: Warning: message x delayed 24 hours\n\n\
         The address to which the message has not yet been delivered is:\n\n  ana@example.com\n    host mx.example.com: 450 busy\n",
    );
    assert_eq!(mail.classification, Classification::DeliveryNotice);
    let recipient = only(mail);
    assert_eq!((recipient.address.as_str(), recipient.action, recipient.permanence), ("ana@example.com", ReportAction::Delayed, Soft));
}

#[test]
fn a_read_notice_tells_who_read_and_not_who_deleted() {
    let notice = |disposition: &str| {
        read(&format!(
            "From: Ana <ana@example.com>\nTo: pv@example.org\nSubject: Leído: ICSR\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\nContent-Type: text/plain\n\nx\n\n\
             --b\nContent-Type: message/disposition-notification\n\nReporting-UA: x; y\nFinal-Recipient: rfc822;ana@example.com\n\
             Original-Message-ID: <m1@example.org>\n{disposition}\n\n--b--\n"
        ))
    };
    for told in ["manual-action/MDN-sent-manually; displayed", "automatic-action/MDN-sent-automatically;DISPLAYED/warning", "displayed"] {
        let mail = notice(&format!("Disposition: {told}"));
        assert_eq!(mail.classification, Classification::DeliveryNotice);
        assert_eq!(mail.returned.as_ref().map(|id| id.as_str()), Some("<m1@example.org>"));
        let recipient = only(mail);
        assert_eq!((recipient.address.as_str(), recipient.action), ("ana@example.com", ReportAction::Read), "{told}");
    }
    for told in ["automatic-action/MDN-sent-automatically; deleted", "manual-action/MDN-sent-manually; denied", "", "; ;"] {
        let mail = notice(&format!("Disposition: {told}"));
        assert_eq!((mail.classification, mail.recipients), (Classification::DeliveryNotice, Vec::new()), "{told}");
    }
}

#[test]
fn who_complained_is_told() {
    let mail = read(
        "From: fbl@example.com\nTo: pv@example.org\nSubject: FW: ICSR\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n\
         --b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: <ana@example.com>\n\
         Original-Rcpt-To: <luis@example.com>\n\n--b--\n",
    );
    assert_eq!(mail.classification, Classification::Complaint);
    assert_eq!(addresses(&mail), ["ana@example.com", "luis@example.com"]);
    assert!(mail.recipients.iter().all(|one| one.action == ReportAction::Delivered && one.permanence == Soft));
}

#[test]
fn neither_we_nor_the_servers_are_failed_recipients() {
    let mail = prose(
        "Your message from pv@example.org could not be delivered.\n\n<pv@example.org>: sender\n<MAILER-DAEMON@mx.example.org>: reporter\n\n\
         <ana@example.com>: 550 User unknown\n",
    );
    assert_eq!(addresses(&mail), ["ana@example.com"]);
    for never in ["PV@example.org", "MAILER-DAEMON@mx.example.com"] {
        assert_eq!(addresses(&fields(&format!("Final-Recipient: rfc822; {never}\nAction: failed\nStatus: 5.1.1"))), [""; 0]);
    }
    assert_eq!(
        addresses(&prose("Could not deliver.\n\nMessage-ID: <20240101.1@mx.example.net>\nPlease contact ayuda@example.net")),
        [""; 0]
    );
}

#[test]
fn a_person_who_quotes_or_passes_a_bounce_on_names_nobody() {
    let body = "Me llegó esto:\n\n> <ana@example.com>: host mx.example.com said: 550 5.1.1 User unknown\n> Message-ID: <m@example.org>\n";
    for header in
        ["From: Eva <eva@example.com>\nSubject: Fwd: Undelivered Mail Returned to Sender", "From: Eva <eva@example.com>\nSubject: Re: ICSR"]
    {
        let mail = read(&format!("{header}\nTo: pv@example.org\n\n{body}"));
        assert_eq!(mail.classification, Classification::Human);
        assert_eq!((mail.recipients, mail.returned), (Vec::new(), None));
    }
}

#[test]
fn the_id_that_we_gave_counts_where_a_relay_gave_another() {
    let mail = prose(
        "<ana@example.com>:\n550 User unknown\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <pv@example.org>\n\
         Message-ID: <0102-relay@ses.example.com>\nX-Followup-Message-ID: <m3@example.org>\nTo: ana@example.com\n\nHola",
    );
    assert_eq!(mail.returned.unwrap().as_str(), "<m3@example.org>");
}

/// A step that is quadratic in the mail's size would keep this busy for hours.
#[test]
fn megabytes_of_anything_are_read() {
    const SIZE: usize = 500_000;
    const SERVER: &str = "From: MAILER-DAEMON@mx.example.org\r\nTo: pv@example.org\r\nSubject: Undelivered Mail\r\n";
    const PART: &str = "Content-Type: message/delivery-status\r\n\r\n";
    const GROUP: &str = "Final-Recipient: rfc822; a@example.com\r\nAction: failed\r\n\r\n";
    for (header, line) in [
        ("\r\n", "<a@example.com>: 550 User unknown\r\n"),
        ("\r\n", "@"),
        ("\r\n", "a@b.example "),
        ("\r\n", "550 5.1.1 >>> DATA\r\n<<< "),
        ("\r\n", "Message-ID: <a@b>\r\nX-A: b\r\n\r\n"),
        ("\r\n", "{\"emailAddress\":\"a@example.com\",\"notificationType\":\"Bounce\""),
        (PART, GROUP),
        (PART, "Final-Recipient: rfc822; a@example.com\r\n"),
        (PART, "Diagnostic-Code: x\r\n "),
        ("Auto-Submitted: auto-replied\r\n\r\n", "regreso el 15 de marzo hasta el "),
        ("Auto-Submitted: auto-replied\r\n\r\n", "1/"),
    ] {
        let raw = format!("{SERVER}{header}{}", line.repeat(SIZE / line.len()));
        let mail = MimeReader::default().read(raw.as_bytes()).unwrap();
        assert!(mail.recipients.len() <= 500);
    }
    let ten = format!("{SERVER}{PART}{}", GROUP.repeat(20 * SIZE / GROUP.len()));
    assert_eq!(MimeReader::default().read(ten.as_bytes()).unwrap().recipients.len(), 1);
    let many: String = (0..50_000).map(|number| GROUP.replace("a@", &format!("a{number}@"))).collect();
    assert_eq!(MimeReader::default().read(format!("{SERVER}{PART}{many}").as_bytes()).unwrap().recipients.len(), 500);
    let parts: String =
        (0..200).map(|number| format!("--b\r\n{PART}{}", GROUP.replace("a@", &format!("a{number}@")).repeat(700))).collect();
    let raw = format!("{SERVER}Content-Type: multipart/report; boundary=b\r\n\r\n{parts}--b--\r\n");
    assert!(!MimeReader::default().read(raw.as_bytes()).unwrap().recipients.is_empty());
}
