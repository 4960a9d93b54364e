//! Rules 22 and 23: beliefs and alerts, and where what becomes of them is kept.

use super::events::{Checker, May};
use super::{VerifyError, broken, check};
use crate::{Alert, Alerting, Axiom, AxiomScope, Belief, Doubts, FuncId, Kind, State, Type};

pub(super) fn verify(checker: &Checker<'_>) -> Result<(), VerifyError> {
    let module = checker.module;
    for (number, belief) in module.beliefs.iter().enumerate() {
        checker.belief(number, belief)?;
    }
    module.alerts.iter().try_for_each(|alert| checker.alert(alert))?;
    let whole = || "module".to_owned();
    let kept = module.beliefs.is_empty() || module.doubts.is_some();
    check(kept, 22, whole, || "its beliefs have nowhere to keep doubts".to_owned())?;
    let kept = module.alerts.is_empty() || module.watch.is_some();
    check(kept, 23, whole, || "its alerts have nowhere to live".to_owned())?;
    module.doubts.iter().try_for_each(|doubts| checker.doubts(doubts))?;
    module.watch.iter().try_for_each(|watch| checker.watch(watch))
}

/// Whether it is of the whole or of each row.
fn is_of_rows_that_are_there(axiom: &Axiom) -> bool {
    matches!(axiom.scope, AxiomScope::Whole | AxiomScope::Rows(_))
}

impl Checker<'_> {
    fn belief(&self, number: usize, belief: &Belief) -> Result<(), VerifyError> {
        let place = || format!("belief {}", belief.check.name);
        self.axiom("belief", &belief.check)?;
        check(is_of_rows_that_are_there(&belief.check), 22, place, || "it is of changes".to_owned())?;
        let one = (belief.digits <= 18).then(|| 10i128.pow(u32::from(belief.digits)));
        let is_truth = one.is_some_and(|one| belief.truth > 0 && belief.truth < one);
        check(is_truth, 22, place, || "its truth is not between 0 and 1".to_owned())?;
        let before = belief.given.iter().all(|given| (*given as usize) < number);
        check(before, 22, place, || "it is given a belief that does not come before".to_owned())
    }

    fn alert(&self, alert: &Alert) -> Result<(), VerifyError> {
        let place = || format!("alert {}", alert.check.name);
        self.axiom("alert", &alert.check)?;
        check(is_of_rows_that_are_there(&alert.check), 23, place, || "it is of changes".to_owned())?;
        check(alert.lasts >= 0, 23, place, || "it lasts for less than no time".to_owned())?;
        let params: &[Kind] = if alert.check.scope == AxiomScope::Whole { &[] } else { &[Kind::Ref] };
        let mut messages = alert.message.iter();
        messages.try_for_each(|message| self.calls(*message, params, Some(Some(Kind::Ref)), May::Read, place))
    }

    fn doubts(&self, doubts: &Doubts) -> Result<(), VerifyError> {
        let place = || "doubts".to_owned();
        let Some(state) = self.module.states.get(doubts.state) else {
            return broken(1, place(), format!("{:?} is not there", doubts.state));
        };
        let fits = state.key == 3 && state.stored == 3 && self.begins_with_texts(state, 3);
        check(fits, 22, place, || "its state has another key, or more than a key".to_owned())?;
        let hooks = [doubts.doubt, doubts.settle];
        hooks.iter().try_for_each(|hook| self.writes(*hook, &[Kind::Ref; 3], "doubts"))
    }

    fn watch(&self, watch: &Alerting) -> Result<(), VerifyError> {
        let place = || "watch".to_owned();
        let Some(state) = self.module.states.get(watch.active) else {
            return broken(1, place(), format!("{:?} is not there", watch.active));
        };
        let due = self.stored(state, watch.due).is_some_and(|ty| match ty {
            Type::Option(inner) => self.module.types.get(inner) == Some(&Type::Time),
            _ => false,
        });
        let message = self.stored(state, watch.message) == Some(Type::Text);
        let fits = state.key == 2 && self.begins_with_texts(state, 2) && due && message;
        check(fits, 23, place, || "its state has other fields".to_owned())?;
        let index = state.indexes.get(watch.by_due as usize);
        let indexed = index.is_some_and(|fields| fields.first() == Some(&watch.due));
        check(indexed, 23, place, || "its index does not begin with when alerts fire".to_owned())?;
        let (text, int) = (Kind::Ref, Kind::I64);
        self.writes(watch.pend, &[text, text, int, int, text], "watch")?;
        self.writes(watch.say, &[text, text, text], "watch")?;
        self.writes(watch.fire, &[text, text, int, text], "watch")?;
        self.writes(watch.resolve, &[text, text], "watch")
    }

    fn writes(&self, func: FuncId, params: &[Kind], what: &str) -> Result<(), VerifyError> {
        self.calls(func, params, Some(None), May::Write, || what.to_owned())
    }

    /// The type of a stored field that is there.
    fn stored(&self, state: &State, field: u32) -> Option<Type> {
        let field = state.fields.get(field as usize).filter(|_| field < state.stored)?;
        self.module.types.get(field.ty).copied()
    }

    fn begins_with_texts(&self, state: &State, count: u32) -> bool {
        (0..count).all(|field| self.stored(state, field) == Some(Type::Text))
    }
}
