/** One test of a conformance suite. Any test runner can run it: `it(name, run)`. */
export interface ConformanceTest {
  readonly name: string;
  run(): Promise<void>;
}

/** A test that its suite has yet to give a scene: the thing under test, set up anew for each test. */
export interface SceneTest<Scene> {
  readonly name: string;
  readonly body: (scene: Scene) => void | Promise<void>;
}

export function test<Scene>(name: string, body: SceneTest<Scene>['body']): SceneTest<Scene> {
  return { name, body };
}

/** Puts the subject of a group of tests before their names, so that each name is a sentence. */
export function suite<Scene>(subject: string, tests: readonly SceneTest<Scene>[]): readonly SceneTest<Scene>[] {
  return tests.map(({ name, body }) => ({ name: `${subject} ${name}`, body }));
}
