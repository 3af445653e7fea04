export * from './companion';
export * from './literal';
