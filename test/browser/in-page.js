// Runs inside the page: measures contrast and greyscale from the styles that the browser has computed. WCAG 2.2, 1.4.3
// (text 4.5:1, large text 3:1) and 1.4.1 (nothing by colour alone). Gives functions on `look`.
globalThis.look = (() => {
  'use strict';
  const rgba = (text) => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return text === 'none' || text === 'transparent' ? [0, 0, 0, 0] : [red, green, blue, alpha];
  };
  const over = ([r, g, b, a], [r2, g2, b2]) => [r * a + r2 * (1 - a), g * a + g2 * (1 - a), b * a + b2 * (1 - a), 1];
  const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ratio = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const WHITE = [255, 255, 255, 1];

  /** What lies behind: shapes drawn earlier in the same SVG that hold the middle of the text, then the boxes around it. */
  const behind = (element) => {
    let color = WHITE;
    const ancestors = [];
    for (let node = element; node !== null; node = node.parentElement) ancestors.unshift(node);
    for (const node of ancestors) {
      const style = getComputedStyle(node);
      if (!(node instanceof SVGElement) || node.tagName === 'svg') color = over(rgba(style.backgroundColor), color);
    }
    const svg = element.closest('svg');
    if (svg === null) return color;
    const box = element.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    for (const shape of svg.querySelectorAll('rect')) {
      if ((shape.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) === 0) continue;
      const { left, right, top, bottom } = shape.getBoundingClientRect();
      if (x < left || x > right || y < top || y > bottom) continue;
      color = over(rgba(getComputedStyle(shape).fill), color);
    }
    return color;
  };
  const opacityOf = (element) => {
    let opacity = 1;
    for (let node = element; node !== null; node = node.parentElement)
      opacity *= Number(getComputedStyle(node).opacity);
    return opacity;
  };
  const hasOwnText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== '');
  const isSeen = (element) =>
    element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const isExempt = (element) => element.closest('[aria-disabled="true"], title, script, style') !== null;

  const texts = () =>
    [...document.body.querySelectorAll('*')].filter((item) => hasOwnText(item) && isSeen(item) && !isExempt(item));

  /** Texts that are too weak on what lies behind them. */
  const weakTexts = () => {
    const found = texts().flatMap((element) => {
      const style = getComputedStyle(element);
      const size = Number.parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const back = behind(element);
      const [red, green, blue, alpha] = rgba(element instanceof SVGElement ? style.fill : style.color);
      const front = over([red, green, blue, alpha * opacityOf(element)], back);
      const value = ratio(front, back);
      const name = `${element.tagName}.${element.getAttribute('class') ?? ''} "${element.textContent.trim().slice(0, 30)}" ${value.toFixed(2)}`;
      return value >= (isLarge ? 3 : 4.5) ? [] : [name];
    });
    return { measured: texts().length, weak: [...new Set(found)] };
  };

  const grey = (color) => luminance(color).toFixed(2);
  /** How each kind of line or bar looks without colour: width, pattern, grey of its filling. */
  const lines = (selector) =>
    Object.fromEntries(
      [...document.querySelectorAll(selector)].map((path) => {
        const style = getComputedStyle(path);
        return [path.parentElement.getAttribute('class'), `${style.strokeWidth} ${style.strokeDasharray}`];
      }),
    );
  const bars = (selector) =>
    Object.fromEntries(
      [...document.querySelectorAll(selector)].map((rect) => {
        const { fill, stroke } = getComputedStyle(rect);
        return [
          rect.parentElement.getAttribute('class'),
          `${grey(rgba(fill))} ${stroke === 'none' ? 'plain' : 'framed'}`,
        ];
      }),
    );
  return { weakTexts, lines, bars };
})();
