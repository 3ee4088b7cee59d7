import { initialState, phaseOf, step } from "/Web/machine.js";

/** Runs events, each one millisecond after the other unless it says when; collects every action. */
export function run(events, from = initialState()) {
    let state = from;
    const done = [];
    events.forEach((event, index) => {
        const [next, actions] = step(state, { now: index, ...event });
        state = next;
        done.push(...actions);
    });
    return { state, done, names: done.map((action) => action.do), phase: phaseOf(state) };
}
