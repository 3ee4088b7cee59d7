/**
 * Tells when the page is hidden, seen again, left, and come back to from the browser's page cache; and when the
 * machine's network is back.
 */
export function watchLifecycle({ hidden, seen, left, returned, online }) {
    document.addEventListener("visibilitychange", () => (document.hidden ? hidden() : seen()));
    window.addEventListener("pagehide", left);
    window.addEventListener("pageshow", (event) => event.persisted && returned());
    window.addEventListener("online", online);
}
