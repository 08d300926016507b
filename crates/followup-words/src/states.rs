//! Channels as people read them.

use followup_domain::asking::plan::PlannedChannel;
use followup_domain::message::Channel;

/// A channel.
pub fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "Correo",
        Channel::Sms => "SMS",
        Channel::Whatsapp => "WhatsApp",
        Channel::Call => "Llamada",
    }
}

/// How the reporter is to be reached by a scheduled contact.
pub fn planned(planned: PlannedChannel) -> &'static str {
    planned.decided().map_or("Primer canal disponible", channel)
}
