/** The element with this id; the page is built so that it exists. */
export function byID(id) {
    return document.getElementById(id);
}

/** A new element with a class and, where given, a text. Texts are never read as markup. */
export function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
}

/** Sets a text only when it changed, so that screen readers are not told twice. */
export function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
}
