import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Count, InjectStore, OuzelModule, Source, StreamTopology } from '@ouzel/nestjs';
import { embedded, serdes, silentLogger, type KeyValueStoreView, type KStream, type KTable } from '@ouzel/streams';
import { createDrivenContext } from '../nestjs.js';

@StreamTopology()
class VisitTopology {
  @Source('visit', { key: serdes.string, value: serdes.string })
  readonly visits!: KStream<string, string>;
  @Count('visits', { store: 'totals' })
  readonly totals!: KTable<string, number>;
}

@Injectable()
class Report {
  constructor(@InjectStore('totals') private readonly totals: KeyValueStoreView<string, number>) {}

  of(page: string): Promise<number | null> {
    return this.totals.get(page);
  }
}

it('a worker without HTTP is driven as an application is', async () => {
  const { context, driver } = await createDrivenContext(
    Test.createTestingModule({
      imports: [OuzelModule.forRoot({ applicationId: 'visits', kafka: embedded(), logger: silentLogger })],
      providers: [VisitTopology, Report],
    }),
  );
  await driver.createInputTopic('visit', serdes.string, serdes.string).pipeKeyValue('home', 'x');
  expect(await context.get(Report).of('home')).toBe(1);
  await context.close();
});
