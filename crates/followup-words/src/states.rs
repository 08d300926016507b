//! Channels as people read them.

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
