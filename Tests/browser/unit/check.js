/** The little that the page's unit tests need: named checks, collected and run in order. */

const checks = [];

/** Registers a check; it fails when `body` throws. */
export function check(name, body) {
    checks.push({ name, body });
}

/** @returns {Promise<{name: string, error: string | null}[]>} */
export async function runChecks() {
    const results = [];
    for (const { name, body } of checks) {
        try {
            await body();
            results.push({ name, error: null });
        } catch (error) {
            results.push({ name, error: String(error.stack ?? error) });
        }
    }
    return results;
}

export function equal(found, expected, what = "") {
    const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
    if (a !== b) throw new Error(`${what} expected ${b}, found ${a}`);
}

export function near(found, expected, tolerance, what = "") {
    if (!(Math.abs(found - expected) <= tolerance)) {
        throw new Error(`${what} expected ${expected} ± ${tolerance}, found ${found}`);
    }
}

export function ok(value, what = "") {
    if (!value) throw new Error(what || "expected a true value");
}

/** Asserts that `body` throws, and returns the message. */
export function throws(body, what = "") {
    try {
        body();
    } catch (error) {
        return error.message;
    }
    throw new Error(`${what} was expected to throw`);
}
