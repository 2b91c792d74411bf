/**
 * The script of a page. It only filters, copies and highlights what the page contains: without it, everything can be
 * read. It reads no text as HTML.
 */
'use strict';
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Filters: their state is in the fragment, so that a link leads to the same view.
const form = document.querySelector('form.filters');
const articles = all('#findings article');
if (form) {
  form.hidden = false;
  const fields = [...form.elements].filter((field) => field.name);
  const output = form.querySelector('output');
  const reset = form.querySelector('button');
  const apply = () => {
    const chosen = fields.map((field) => [field.name, field.value.trim().toLowerCase()]).filter(([, value]) => value);
    let shown = 0;
    for (const article of articles) {
      const has = ([name, value]) =>
        name === 'text'
          ? article.textContent.toLowerCase().includes(value)
          : article.dataset[name].toLowerCase().split(' | ').includes(value);
      article.hidden = !chosen.every(has);
      if (!article.hidden) shown += 1;
    }
    reset.hidden = !chosen.length;
    output.textContent = chosen.length ? `${shown} of ${articles.length} findings` : '';
    return chosen;
  };
  const remember = () => {
    const chosen = apply();
    history.replaceState(null, '', chosen.length ? `#?${new URLSearchParams(chosen)}` : '#findings');
  };
  // Counts are links to what they count.
  for (const link of all('a[data-filter]')) link.href = `#?${link.dataset.filter}`;
  const restore = () => {
    if (!location.hash.startsWith('#?')) return;
    const given = new URLSearchParams(location.hash.slice(2));
    for (const field of fields) field.value = '';
    for (const field of fields) {
      const value = given.get(field.name) || '';
      const option = field.options && [...field.options].find((one) => one.value.toLowerCase() === value);
      field.value = field.options ? (option ? option.value : '') : value;
    }
    apply();
    document.getElementById('findings').scrollIntoView();
  };
  form.addEventListener('input', remember);
  form.addEventListener('reset', () => setTimeout(remember));
  form.addEventListener('submit', (event) => event.preventDefault());
  addEventListener('hashchange', () => {
    // A link to a finding that is filtered out ends the filter.
    const target = location.hash.startsWith('#finding-') && document.getElementById(location.hash.slice(1));
    if (target?.hidden) {
      for (const field of fields) field.value = '';
      apply();
      target.scrollIntoView();
    }
    restore();
  });
  restore();
}

// A link into what is folded unfolds it.
const unfold = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target?.querySelector?.(':scope.reference > details');
  for (let one = folded || target; one; one = one.parentElement) if (one.tagName === 'DETAILS') one.open = true;
  if (folded) target.scrollIntoView();
};
addEventListener('hashchange', unfold);
unfold();
addEventListener('beforeprint', () => {
  for (const one of all('details:not(.reference *, .healthy)')) one.open = true;
});

// Buttons that copy commands, or names. Notes between commands are comments of a shell.
for (const block of all('.commands')) {
  const pre = block.querySelector('pre');
  if (!navigator.clipboard && !document.execCommand) continue;
  const fix = block.closest('.fix');
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  button.setAttribute(
    'aria-label',
    fix
      ? `Copy the commands of ${fix.querySelector('h4').textContent}`
      : `Copy these ${block.classList.contains('words') ? 'names' : 'commands'}`,
  );
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(`${pre.textContent}\n`);
      button.textContent = 'Copied';
    } catch {
      // A page from a file may not write to the clipboard: its text is selected instead.
      getSelection().selectAllChildren(pre);
      button.textContent = document.execCommand('copy') ? 'Copied' : 'Selected: press Ctrl+C';
    }
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2500);
  });
  block.append(button);
}

// In a narrow window, a block whose lines go on to the right says so.
const seen = new ResizeObserver((entries) => {
  for (const { target } of entries)
    target.parentElement.classList.toggle('cut', target.scrollWidth > target.clientWidth);
});
for (const pre of all('.commands pre')) seen.observe(pre);

// What is focused or pointed at in a graph is shown with what it is joined to.
for (const svg of all('.graph svg')) {
  const items = all('.item', svg);
  const edges = all('.edge, .cross', svg);
  const show = (item) => {
    svg.classList.toggle('focused', Boolean(item));
    for (const one of [...items, ...edges]) one.classList.remove('near');
    if (!item) return;
    item.classList.add('near');
    const id = item.dataset.id;
    for (const edge of edges) {
      const { from, to } = edge.dataset;
      if (from !== id && to !== id) continue;
      edge.classList.add('near');
      for (const one of items) if (one.dataset.id === (from === id ? to : from)) one.classList.add('near');
    }
  };
  for (const item of items) {
    item.addEventListener('focusin', () => show(item));
    item.addEventListener('focusout', () => show(null));
    item.addEventListener('mouseenter', () => show(item));
    item.addEventListener('mouseleave', () => show(items.find((one) => one.contains(document.activeElement)) || null));
  }
  svg.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const across = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const links = all('a', svg);
    const here = links.indexOf(document.activeElement);
    if (here < 0 || (!step && !across)) return;
    event.preventDefault();
    const column = Number(links[here].parentElement.dataset.column);
    const next = step
      ? links[here + step]
      : links.find((link) => Number(link.parentElement.dataset.column) === column + across);
    if (next) next.focus();
  });
}
