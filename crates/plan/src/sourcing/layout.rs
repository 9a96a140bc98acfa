//! Who brings how much of what, class by class: flows that are pushed and moved while what is
//! served stays as it is.

use super::model::Model;

/// Classes with the sources that they take, from the first to the last.
type Path = Vec<(usize, usize)>;

/// Classes of one kind of goods that are divided in the same steps.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Places among the classes of the model: promised before others, dearer before cheaper.
    pub classes: Vec<usize>,
    /// Places among the sources of the model.
    pub sources: Vec<usize>,
    pub step: i64,
    pub pack: i64,
    /// Shape: one row per class, one column per source.
    pub can: Vec<Vec<bool>>,
    /// What each class takes from each source. Shape as `can`.
    pub flow: Vec<Vec<i64>>,
}

/// A state of the plan before it is split back to buyers.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub parts: Vec<Part>,
    /// What each source of the model still has.
    pub free: Vec<i64>,
}

impl Layout {
    /// Nothing given yet.
    pub fn empty(model: &Model<'_>) -> Layout {
        let mut parts: Vec<Part> = Vec::new();
        let mut last = None;
        let mut order: Vec<usize> = (0..model.classes.len()).collect();
        let goods = |at: usize| {
            let want = &model.task.wants[model.classes[at].wants[0]];
            (want.product, want.labels)
        };
        // Large packs first: what they leave still serves what is divided more finely.
        order.sort_by_key(|&at| (goods(at), -model.classes[at].step, at));
        for at in order {
            let class = &model.classes[at];
            if class.sources.is_empty() || class.demand == 0 {
                continue;
            }
            let key = (goods(at), class.step);
            if last != Some(key) {
                let (step, pack) = (class.step, class.pack);
                let (classes, sources) = (Vec::new(), Vec::new());
                let (can, flow) = (Vec::new(), Vec::new());
                parts.push(Part { classes, sources, step, pack, can, flow });
                last = Some(key);
            }
            if let Some(part) = parts.last_mut() {
                part.classes.push(at);
                part.pack = part.pack.max(class.pack);
                part.sources.extend(&class.sources);
            }
        }
        for part in &mut parts {
            part.sources.sort_unstable();
            part.sources.dedup();
            let row = |&class: &usize| {
                let own = &model.classes[class].sources;
                part.sources.iter().map(|source| own.binary_search(source).is_ok()).collect()
            };
            part.can = part.classes.iter().map(row).collect();
            part.flow = vec![vec![0; part.sources.len()]; part.classes.len()];
        }
        Layout { parts, free: model.left.clone() }
    }

    /// Parts of the same goods, as ranges of places.
    pub fn goods(&self, model: &Model<'_>) -> Vec<std::ops::Range<usize>> {
        let goods = |part: &Part| model.sources[part.sources[0]].goods;
        let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
        for at in 0..self.parts.len() {
            match ranges.last_mut() {
                Some(range) if goods(&self.parts[range.start]) == goods(&self.parts[at]) => {
                    range.end = at + 1;
                }
                _ => ranges.push(at..at + 1),
            }
        }
        ranges
    }
}

impl Part {
    /// What a class is given.
    pub fn given(&self, class: usize) -> i64 {
        self.flow[class].iter().sum()
    }

    /// What is taken from a source.
    pub fn used(&self, source: usize) -> i64 {
        self.flow.iter().map(|row| row[source]).sum()
    }

    /// Gives a class up to `most` more out of `room` (by source of the model), moving others to
    /// other sources where that makes room; how much. No class gets less.
    pub fn push(&mut self, class: usize, most: i64, room: &mut [i64]) -> i64 {
        let mut pushed = 0;
        let whole = most - most % self.step;
        while pushed < whole {
            let has_room = |source: usize| room[self.sources[source]] >= self.step;
            let Some(path) = self.path(class, has_room) else { break };
            let (_, end) = path[path.len() - 1];
            let mut quantity = (whole - pushed).min(room[self.sources[end]]);
            for pair in path.windows(2) {
                quantity = quantity.min(self.flow[pair[1].0][pair[0].1]);
            }
            quantity -= quantity % self.step;
            self.shift(&path, quantity);
            room[self.sources[end]] -= quantity;
            pushed += quantity;
        }
        pushed
    }

    /// Adds along a path of (class, source): each class takes from its source, and gives up the
    /// source of the class before it.
    fn shift(&mut self, path: &[(usize, usize)], quantity: i64) {
        for (at, &(class, source)) in path.iter().enumerate() {
            self.flow[class][source] += quantity;
            if at > 0 {
                self.flow[class][path[at - 1].1] -= quantity;
            }
        }
    }

    /// The shortest way from a class to a source that is wanted, through classes that could take
    /// from another one.
    fn path(&self, class: usize, is_end: impl Fn(usize) -> bool) -> Option<Path> {
        let direct = (0..self.sources.len()).find(|&at| self.can[class][at] && is_end(at));
        if let Some(source) = direct {
            return Some(vec![(class, source)]);
        }
        // By source: the class that reaches it. By class: the source that it would give up.
        let mut reached: Vec<Option<usize>> = vec![None; self.sources.len()];
        let mut gives: Vec<Option<usize>> = vec![None; self.classes.len()];
        let mut queue = std::collections::VecDeque::from([class]);
        while let Some(at) = queue.pop_front() {
            for source in 0..self.sources.len() {
                if !self.can[at][source] || reached[source].is_some() {
                    continue;
                }
                reached[source] = Some(at);
                if is_end(source) {
                    return Some(way(class, source, &reached, &gives));
                }
                for (other, gives) in gives.iter_mut().enumerate() {
                    let is_new = other != class && gives.is_none();
                    if is_new && self.flow[other][source] > 0 {
                        *gives = Some(source);
                        queue.push_back(other);
                    }
                }
            }
        }
        None
    }

    /// Moves `quantity` from one source to another, classes changing places where they must;
    /// false, with nothing changed, where that cannot be.
    pub fn transfer(&mut self, from: usize, to: usize, quantity: i64) -> bool {
        let mut moved = 0;
        let mut done: Vec<(usize, Path, i64)> = Vec::new();
        while moved < quantity {
            let found = (0..self.classes.len()).filter(|&class| self.flow[class][from] > 0);
            let found = found.filter_map(|class| Some((class, self.path(class, |at| at == to)?)));
            let Some((class, path)) = found.min_by_key(|(class, path)| (path.len(), *class)) else {
                for (class, path, quantity) in done.into_iter().rev() {
                    self.flow[class][from] += quantity;
                    self.shift(&path, -quantity);
                }
                return false;
            };
            let mut part = (quantity - moved).min(self.flow[class][from]);
            for pair in path.windows(2) {
                part = part.min(self.flow[pair[1].0][pair[0].1]);
            }
            self.flow[class][from] -= part;
            self.shift(&path, part);
            moved += part;
            done.push((class, path, part));
        }
        true
    }
}

/// The path that was found, from its first class to `end`.
fn way(class: usize, end: usize, reached: &[Option<usize>], gives: &[Option<usize>]) -> Path {
    let mut path = Vec::new();
    let mut source = Some(end);
    while let Some(at) = source {
        let Some(by) = reached[at] else { break };
        path.push((by, at));
        source = if by == class { None } else { gives[by] };
    }
    path.reverse();
    path
}
