/** The page's markup lives in index.html: a `<template>` is cloned, and its parts are found by their `data-part`. */
export interface Clone<Root extends HTMLElement = HTMLElement> {
  readonly root: Root;
  part<E extends HTMLElement = HTMLElement>(name: string): E;
}

export function template<Root extends HTMLElement = HTMLElement>(id: string): Clone<Root> {
  const source = document.getElementById(id) as HTMLTemplateElement;
  const root = source.content.firstElementChild?.cloneNode(true) as Root;
  return {
    root,
    part: (name) => root.querySelector(`[data-part="${name}"]`)!,
  };
}
