//! Words about drafts at the gateway.

pub struct CarriedWords {
    /// When it was saved.
    pub from_another: fn(&str) -> String,
    pub from_here: fn(&str) -> String,
    pub next: &'static str,
    pub next_clash: &'static str,
    pub earlier_content: &'static str,
    pub take: &'static str,
    pub take_instead: &'static str,
    pub drop: &'static str,
    pub keep_mine: &'static str,
    pub unread: &'static str,
    /// Why.
    pub unread_next: fn(&str) -> String,
    pub only_here: fn(&str) -> String,
    pub kept_where: &'static str,
}
