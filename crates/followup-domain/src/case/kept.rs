//! What a stored record holds and this release cannot take: it is shown, kept and written back, and stops nobody.

use std::collections::BTreeMap;

use super::scalar::Scalar;

/// Members of a stored object that this release does not know, and values of known fields that its rules refuse: by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kept(BTreeMap<String, KeptMember>);

/// One member as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptMember {
    /// Its JSON, which goes back as it is.
    pub json: String,
    /// What is shown of it where the name is known: the value itself, of a list or an object its JSON.
    pub shown: Scalar,
}

impl Kept {
    /// Keeps a member, in place of one of the same name.
    pub fn insert(&mut self, name: impl Into<String>, member: KeptMember) {
        self.0.insert(name.into(), member);
    }

    /// A member.
    pub fn get(&self, name: &str) -> Option<&KeptMember> {
        self.0.get(name)
    }

    /// Whether a member of this name is kept.
    pub fn holds(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Forgets a member: something that can be read takes its place.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Forgets the members that `keeps` does not want.
    pub(crate) fn retain(&mut self, keeps: impl Fn(&str) -> bool) {
        self.0.retain(|name, _| keeps(name));
    }

    /// Every member, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &KeptMember)> {
        self.0.iter().map(|(name, member)| (name.as_str(), member))
    }
}
