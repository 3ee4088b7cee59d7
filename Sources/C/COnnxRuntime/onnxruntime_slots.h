// The part of ONNX Runtime's C interface that Hotpin calls.
//
// The library exports one symbol, OrtGetApiBase. Its GetApi(version) gives a table of function pointers whose order
// never changes within a version and only grows, so the table can be described by slot number. Every function below
// is in the table since version 16 (ONNX Runtime 1.16) at the latest; the assertions at the end hold each slot.
// Slot order and signatures: onnxruntime_c_api.h and onnxruntime_c_api.cc, ONNX Runtime 1.11 and 1.25, MIT licence.
#ifndef HOTPIN_ONNXRUNTIME_SLOTS_H
#define HOTPIN_ONNXRUNTIME_SLOTS_H

#include <stddef.h>
#include <stdint.h>

typedef struct OrtAllocator OrtAllocator;
typedef struct OrtArenaCfg OrtArenaCfg;
typedef struct OrtEnv OrtEnv;
typedef struct OrtIoBinding OrtIoBinding;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtModelMetadata OrtModelMetadata;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtStatus OrtStatus;
typedef struct OrtTensorTypeAndShapeInfo OrtTensorTypeAndShapeInfo;
typedef struct OrtThreadingOptions OrtThreadingOptions;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtValue OrtValue;

// Called by any thread of the library; level 0 verbose … 4 fatal.
typedef void (*OrtLogFunction)(
    void *parameter, int32_t level, const char *category, const char *id, const char *location, const char *message);

// Called by a thread of the pool when a run has ended; whoever is called owns the status.
typedef void (*OrtRunAsyncCallback)(void *parameter, OrtValue **outputs, size_t output_count, OrtStatus *);

// The version of the table that OrtSlots describes.
enum { ORT_SLOTS_VERSION = 16 };

typedef struct OrtSlots {
    const void *unused_0[1];
    int32_t (*GetErrorCode)(const OrtStatus *);
    const char *(*GetErrorMessage)(const OrtStatus *);
    const void *unused_3[4];
    OrtStatus *(*CreateSession)(const OrtEnv *, const char *path, const OrtSessionOptions *, OrtSession **);
    OrtStatus *(*CreateSessionFromArray)(
        const OrtEnv *, const void *bytes, size_t count, const OrtSessionOptions *, OrtSession **);
    OrtStatus *(*Run)(
        OrtSession *, const OrtRunOptions *, const char *const *input_names, const OrtValue *const *inputs,
        size_t input_count, const char *const *output_names, size_t output_count, OrtValue **outputs);
    OrtStatus *(*CreateSessionOptions)(OrtSessionOptions **);
    const void *unused_11[6];
    OrtStatus *(*DisableMemPattern)(OrtSessionOptions *);
    const void *unused_18[1];
    OrtStatus *(*DisableCpuMemArena)(OrtSessionOptions *);
    const void *unused_20[3];
    OrtStatus *(*SetSessionGraphOptimizationLevel)(OrtSessionOptions *, int32_t level);
    OrtStatus *(*SetIntraOpNumThreads)(OrtSessionOptions *, int);
    OrtStatus *(*SetInterOpNumThreads)(OrtSessionOptions *, int);
    const void *unused_26[4];
    OrtStatus *(*SessionGetInputCount)(const OrtSession *, size_t *);
    OrtStatus *(*SessionGetOutputCount)(const OrtSession *, size_t *);
    const void *unused_32[1];
    OrtStatus *(*SessionGetInputTypeInfo)(const OrtSession *, size_t index, OrtTypeInfo **);
    OrtStatus *(*SessionGetOutputTypeInfo)(const OrtSession *, size_t index, OrtTypeInfo **);
    const void *unused_35[1];
    OrtStatus *(*SessionGetInputName)(const OrtSession *, size_t index, OrtAllocator *, char **);
    OrtStatus *(*SessionGetOutputName)(const OrtSession *, size_t index, OrtAllocator *, char **);
    const void *unused_38[1];
    OrtStatus *(*CreateRunOptions)(OrtRunOptions **);
    const void *unused_40[6];
    OrtStatus *(*RunOptionsSetTerminate)(OrtRunOptions *);
    OrtStatus *(*RunOptionsUnsetTerminate)(OrtRunOptions *);
    const void *unused_48[1];
    OrtStatus *(*CreateTensorWithDataAsOrtValue)(
        const OrtMemoryInfo *, void *data, size_t bytes, const int64_t *shape, size_t rank,
        int32_t element_type, OrtValue **);
    OrtStatus *(*IsTensor)(const OrtValue *, int *);
    OrtStatus *(*GetTensorMutableData)(OrtValue *, void **);
    const void *unused_52[3];
    OrtStatus *(*CastTypeInfoToTensorInfo)(const OrtTypeInfo *, const OrtTensorTypeAndShapeInfo **);
    const void *unused_56[4];
    OrtStatus *(*GetTensorElementType)(const OrtTensorTypeAndShapeInfo *, int32_t *);
    OrtStatus *(*GetDimensionsCount)(const OrtTensorTypeAndShapeInfo *, size_t *);
    OrtStatus *(*GetDimensions)(const OrtTensorTypeAndShapeInfo *, int64_t *, size_t count);
    const void *unused_63[2];
    OrtStatus *(*GetTensorTypeAndShape)(const OrtValue *, OrtTensorTypeAndShapeInfo **);
    const void *unused_66[3];
    OrtStatus *(*CreateCpuMemoryInfo)(int32_t allocator_type, int32_t memory_type, OrtMemoryInfo **);
    const void *unused_70[6];
    OrtStatus *(*AllocatorFree)(OrtAllocator *, void *);
    const void *unused_77[1];
    OrtStatus *(*GetAllocatorWithDefaultOptions)(OrtAllocator **);
    const void *unused_79[13];
    void (*ReleaseEnv)(OrtEnv *);
    void (*ReleaseStatus)(OrtStatus *);
    void (*ReleaseMemoryInfo)(OrtMemoryInfo *);
    void (*ReleaseSession)(OrtSession *);
    void (*ReleaseValue)(OrtValue *);
    void (*ReleaseRunOptions)(OrtRunOptions *);
    void (*ReleaseTypeInfo)(OrtTypeInfo *);
    void (*ReleaseTensorTypeAndShapeInfo)(OrtTensorTypeAndShapeInfo *);
    void (*ReleaseSessionOptions)(OrtSessionOptions *);
    const void *unused_101[10];
    OrtStatus *(*SessionGetModelMetadata)(const OrtSession *, OrtModelMetadata **);
    OrtStatus *(*ModelMetadataGetProducerName)(const OrtModelMetadata *, OrtAllocator *, char **);
    const void *unused_113[3];
    OrtStatus *(*ModelMetadataLookupCustomMetadataMap)(
        const OrtModelMetadata *, OrtAllocator *, const char *key, char **);
    const void *unused_117[1];
    void (*ReleaseModelMetadata)(OrtModelMetadata *);
    const void *unused_119[1];
    OrtStatus *(*DisablePerSessionThreads)(OrtSessionOptions *);
    OrtStatus *(*CreateThreadingOptions)(OrtThreadingOptions **);
    void (*ReleaseThreadingOptions)(OrtThreadingOptions *);
    const void *unused_123[7];
    OrtStatus *(*AddSessionConfigEntry)(OrtSessionOptions *, const char *key, const char *value);
    const void *unused_131[2];
    OrtStatus *(*RunWithBinding)(OrtSession *, const OrtRunOptions *, const OrtIoBinding *);
    OrtStatus *(*CreateIoBinding)(OrtSession *, OrtIoBinding **);
    void (*ReleaseIoBinding)(OrtIoBinding *);
    OrtStatus *(*BindInput)(OrtIoBinding *, const char *name, const OrtValue *);
    OrtStatus *(*BindOutput)(OrtIoBinding *, const char *name, const OrtValue *);
    const void *unused_138[6];
    OrtStatus *(*CreateAndRegisterAllocator)(OrtEnv *, const OrtMemoryInfo *, const OrtArenaCfg *);
    const void *unused_145[2];
    OrtStatus *(*SetGlobalIntraOpNumThreads)(OrtThreadingOptions *, int);
    OrtStatus *(*SetGlobalInterOpNumThreads)(OrtThreadingOptions *, int);
    OrtStatus *(*SetGlobalSpinControl)(OrtThreadingOptions *, int allow);
    const void *unused_150[1];
    OrtStatus *(*CreateEnvWithCustomLoggerAndGlobalThreadPools)(
        OrtLogFunction, void *parameter, int32_t level, const char *id, const OrtThreadingOptions *, OrtEnv **);
    const void *unused_152[108];
    OrtStatus *(*RunAsync)(
        OrtSession *, const OrtRunOptions *, const char *const *input_names, const OrtValue *const *inputs,
        size_t input_count, const char *const *output_names, size_t output_count, OrtValue **outputs,
        OrtRunAsyncCallback, void *parameter);
} OrtSlots;

typedef struct OrtApiBase {
    const OrtSlots *(*GetApi)(uint32_t version);
    const char *(*GetVersionString)(void);
} OrtApiBase;

typedef const OrtApiBase *(*OrtGetApiBaseFunction)(void);

#define ORT_SLOT_IS(name, slot) _Static_assert(offsetof(OrtSlots, name) == (slot) * sizeof(void *), #name)
ORT_SLOT_IS(GetErrorCode, 1);
ORT_SLOT_IS(GetErrorMessage, 2);
ORT_SLOT_IS(CreateSession, 7);
ORT_SLOT_IS(CreateSessionFromArray, 8);
ORT_SLOT_IS(Run, 9);
ORT_SLOT_IS(CreateSessionOptions, 10);
ORT_SLOT_IS(DisableMemPattern, 17);
ORT_SLOT_IS(DisableCpuMemArena, 19);
ORT_SLOT_IS(SetSessionGraphOptimizationLevel, 23);
ORT_SLOT_IS(SetIntraOpNumThreads, 24);
ORT_SLOT_IS(SetInterOpNumThreads, 25);
ORT_SLOT_IS(SessionGetInputCount, 30);
ORT_SLOT_IS(SessionGetOutputCount, 31);
ORT_SLOT_IS(SessionGetInputTypeInfo, 33);
ORT_SLOT_IS(SessionGetOutputTypeInfo, 34);
ORT_SLOT_IS(SessionGetInputName, 36);
ORT_SLOT_IS(SessionGetOutputName, 37);
ORT_SLOT_IS(CreateRunOptions, 39);
ORT_SLOT_IS(RunOptionsSetTerminate, 46);
ORT_SLOT_IS(RunOptionsUnsetTerminate, 47);
ORT_SLOT_IS(CreateTensorWithDataAsOrtValue, 49);
ORT_SLOT_IS(IsTensor, 50);
ORT_SLOT_IS(GetTensorMutableData, 51);
ORT_SLOT_IS(CastTypeInfoToTensorInfo, 55);
ORT_SLOT_IS(GetTensorElementType, 60);
ORT_SLOT_IS(GetDimensionsCount, 61);
ORT_SLOT_IS(GetDimensions, 62);
ORT_SLOT_IS(GetTensorTypeAndShape, 65);
ORT_SLOT_IS(CreateCpuMemoryInfo, 69);
ORT_SLOT_IS(AllocatorFree, 76);
ORT_SLOT_IS(GetAllocatorWithDefaultOptions, 78);
ORT_SLOT_IS(ReleaseEnv, 92);
ORT_SLOT_IS(ReleaseStatus, 93);
ORT_SLOT_IS(ReleaseMemoryInfo, 94);
ORT_SLOT_IS(ReleaseSession, 95);
ORT_SLOT_IS(ReleaseValue, 96);
ORT_SLOT_IS(ReleaseRunOptions, 97);
ORT_SLOT_IS(ReleaseTypeInfo, 98);
ORT_SLOT_IS(ReleaseTensorTypeAndShapeInfo, 99);
ORT_SLOT_IS(ReleaseSessionOptions, 100);
ORT_SLOT_IS(SessionGetModelMetadata, 111);
ORT_SLOT_IS(ModelMetadataGetProducerName, 112);
ORT_SLOT_IS(ModelMetadataLookupCustomMetadataMap, 116);
ORT_SLOT_IS(ReleaseModelMetadata, 118);
ORT_SLOT_IS(DisablePerSessionThreads, 120);
ORT_SLOT_IS(CreateThreadingOptions, 121);
ORT_SLOT_IS(ReleaseThreadingOptions, 122);
ORT_SLOT_IS(AddSessionConfigEntry, 130);
ORT_SLOT_IS(RunWithBinding, 133);
ORT_SLOT_IS(CreateIoBinding, 134);
ORT_SLOT_IS(ReleaseIoBinding, 135);
ORT_SLOT_IS(BindInput, 136);
ORT_SLOT_IS(BindOutput, 137);
ORT_SLOT_IS(CreateAndRegisterAllocator, 144);
ORT_SLOT_IS(SetGlobalIntraOpNumThreads, 147);
ORT_SLOT_IS(SetGlobalInterOpNumThreads, 148);
ORT_SLOT_IS(SetGlobalSpinControl, 149);
ORT_SLOT_IS(CreateEnvWithCustomLoggerAndGlobalThreadPools, 151);
ORT_SLOT_IS(RunAsync, 260);
#undef ORT_SLOT_IS

#endif
