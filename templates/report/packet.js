// Steps the picture through its states, opens and closes the steps, and opens everything for the printer. The page is
// complete without it. Looks are data written by the page's maker; here they only become class names of a fixed list and text.
(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('js');

  for (const button of document.querySelectorAll('[data-open], [data-close]'))
    button.addEventListener('click', () => {
      const section = document.getElementById(button.dataset.open ?? button.dataset.close);
      for (const item of section.querySelectorAll('details')) item.open = button.dataset.open !== undefined;
    });

  const opened = new Set();
  addEventListener('beforeprint', () => {
    for (const item of document.querySelectorAll('details:not([open])')) {
      opened.add(item);
      item.open = true;
    }
  });
  addEventListener('afterprint', () => {
    for (const item of opened) item.open = false;
    opened.clear();
  });

  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  openTarget();
  addEventListener('hashchange', openTarget);

  const stepper = document.getElementById('stepper');
  if (stepper === null) return;
  const slider = stepper.querySelector('input');
  const caption = stepper.querySelector('.caption');
  const region = stepper.querySelector('.scroll');
  const svg = stepper.querySelector('svg');
  const captions = [...stepper.querySelectorAll('ol[hidden] > li')].map((item) => item.textContent.trim());
  const changes = stepper.dataset.changes.split(' ').map(Number);
  const last = captions.length - 1;
  const CLASSES = ['strong', 'old', 'down', 'broken', 'unknown', 'restarted', 'stopped', 'started', 'written'];
  const looks = [...svg.querySelectorAll('[data-looks]')].map((group) => ({
    group,
    texts: group.classList.contains('box')
      ? { 0: group.querySelector('.tag'), 1: group.querySelector('.accepts') }
      : group.classList.contains('label')
        ? { 1: group.querySelector('text') }
        : {},
    pill: group.querySelector('.label > rect'),
    runs: JSON.parse(group.dataset.looks),
  }));
  let state = 0;

  const fit = (pill, text) => {
    const width = text.textContent.length * 6.4 + 12;
    pill.setAttribute('width', String(width));
    pill.setAttribute('x', String(Number(text.getAttribute('x')) - width / 2));
  };
  const show = (wanted) => {
    state = Math.min(Math.max(Math.trunc(wanted) || 0, 0), last);
    for (const { group, texts, pill, runs } of looks) {
      const words = runs.findLast(([from]) => from <= state).slice(1);
      group.classList.remove(...CLASSES);
      if (CLASSES.includes(words[0])) group.classList.add(words[0]);
      for (const [position, element] of Object.entries(texts)) element.textContent = words[Number(position)];
      if (pill !== null) fit(pill, texts[1]);
    }
    slider.value = String(state);
    slider.setAttribute('aria-valuetext', captions[state]);
    caption.textContent = captions[state];
    svg.setAttribute('aria-label', captions[state]);
    // Not `disabled`: a button that takes the focus away from the keyboard in its last press is a trap.
    for (const [name, isIdle] of [
      ['start', state === 0],
      ['back', state === 0],
      ['next', state === last],
      ['end', state === last],
      ['change', !changes.some((change) => change > state)],
    ])
      stepper.querySelector(`[data-go=${name}]`).setAttribute('aria-disabled', String(isIdle));
  };
  const go = (wanted) => {
    show(wanted);
    try {
      history.replaceState(null, '', `#state=${state}`);
    } catch {
      // A page without an address of its own has no fragment to keep.
    }
  };
  const TARGETS = {
    start: () => 0,
    back: () => state - 1,
    next: () => state + 1,
    change: () => changes.find((change) => change > state) ?? last,
    end: () => last,
  };
  for (const button of stepper.querySelectorAll('[data-go]'))
    button.addEventListener('click', () => go(TARGETS[button.dataset.go]()));
  slider.addEventListener('input', () => go(Number(slider.value)));
  const KEYS = { ArrowLeft: 'back', ArrowRight: 'next', Home: 'start', End: 'end' };
  region.addEventListener('keydown', (event) => {
    const target = KEYS[event.key];
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    go(TARGETS[target]());
  });

  const fromAddress = () => {
    const found = /^#state=(\d{1,6})$/.exec(location.hash);
    if (found === null) return false;
    show(Number(found[1]));
    return true;
  };
  addEventListener('hashchange', fromAddress);
  show(0);
  if (fromAddress()) document.getElementById('picture').scrollIntoView();
})();
